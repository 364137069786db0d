"""The voice of one Koha library: the house's verbs, each handed to the part that knows it."""

from collections.abc import Mapping, Sequence

from discovery_accounts.connectors.api import (
    CARD_NUMBER,
    Capability,
    Change,
    Loan,
    NoSuchLoan,
    NotAPatron,
    PatronDetails,
    PatronRecord,
    PatronRef,
    Removal,
    Renewal,
    Verification,
)
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.finding import MATCH_FIELDS, Finder
from discovery_accounts.connectors.koha.keeping import Keeping
from discovery_accounts.connectors.koha.loans import Loans
from discovery_accounts.connectors.koha.patrons import Patrons
from discovery_accounts.connectors.koha.records import Terms
from discovery_accounts.connectors.koha.renewals import Renewals
from discovery_accounts.connectors.koha.settings import KohaSettings
from discovery_accounts.connectors.koha.titles import Titles
from discovery_accounts.connectors.koha.tokens import Tokens
from discovery_accounts.connectors.koha.verbs_checks import CheckVerbs
from discovery_accounts.connectors.koha.verbs_holds import HoldVerbs
from discovery_accounts.connectors.koha.verbs_past import PastVerbs, absent_past
from discovery_accounts.connectors.koha.verbs_people import PeopleVerbs, absent_people
from discovery_accounts.connectors.transport import Transport

_NO_NEWS = "Koha's REST API sends no news; its plugins may, but none is known that does"


class KohaConnector(HoldVerbs, PastVerbs, PeopleVerbs, CheckVerbs):
    """Speaks to Koha's own REST API with an API key of the library.

    The permanent id is Koha's ``patron_id``: it stays when the card number or the user name changes.
    """

    def __init__(self, settings: KohaSettings, transport: Transport) -> None:
        self._tokens = Tokens(settings, transport)
        self._client = KohaClient(transport, self._tokens)
        terms = Terms(settings.currency, settings.fees_block_above, settings.overdues_block)
        self._patrons = Patrons(self._client, settings.timezone, terms=terms)
        titles = Titles(self._client)
        self._loans = Loans(self._client, titles, settings)
        self._renewals = Renewals(self._client, self._loans, settings.timezone)
        self._settings = settings
        self._finder = Finder(self._client, self._patrons.today)
        self._keeping = Keeping(self._client, self._finder, settings, self._patrons.today)
        self._open_holds(self._client, titles, settings, self._patrons.today)
        self._open_past(self._client, titles, settings)
        self._open_people(self._client, self._patrons, self._keeping, settings, transport)

    @property
    def capabilities(self) -> frozenset[Capability]:
        """All that ``absent`` does not name."""
        return frozenset(Capability) - self.absent.keys()

    @property
    def absent(self) -> Mapping[Capability, str]:
        """Making patrons, where the settings don't say what a new one is to be; what needs the plugin."""
        absent = absent_past(self._settings) | absent_people(self._settings)
        absent[Capability.HEAR_NEWS] = _NO_NEWS
        if self._settings.new_patron_category and self._settings.new_patron_library:
            return absent
        return {**absent, Capability.MAKE_PATRONS: "new_patron_category and new_patron_library are not set"}

    @property
    def checks_pin_by_number(self) -> bool:
        """By the number: a refusal may only mean that the card was renewed."""
        return True

    async def close(self) -> None:
        """Ends what the connector itself has under way."""
        await self._client.close()

    async def verify_patron(self, card_number: str, pin: str) -> Verification:
        """See ``VerifiesPatrons``. One call beside the token."""
        return await self._patrons.verify(card_number, pin)

    async def check_pin(self, patron: PatronRef, pin: str) -> Verification:
        """See ``VerifiesPatrons``. One call beside the token."""
        return await self._patrons.check(patron, pin)

    @property
    def tells_owed(self) -> bool:
        """Until a Koha has been met that does not tell."""
        return self._patrons.tells_owed

    async def read_patron(self, patron_id: str) -> PatronRecord | NotAPatron:
        """See ``ReadsPatrons``. One call."""
        return await self._patrons.read(patron_id)

    async def list_loans(self, patron_id: str) -> tuple[Loan, ...] | NotAPatron:
        """See ``ListsLoans``. One call for every 200 loans; older versions take one more for titles."""
        return await self._loans.all(patron_id)

    async def read_loan(self, patron_id: str, loan_id: str) -> Loan | NoSuchLoan:
        """See ``AsksRenewability``. Two calls."""
        return await self._loans.one(patron_id, loan_id)

    async def renew_loans(self, patron_id: str, loan_ids: Sequence[str] | None) -> tuple[Renewal, ...]:
        """See ``RenewsLoans``. One call for a single loan's owner or a list, then one for each."""
        return await self._renewals.renew(patron_id, loan_ids)

    @property
    def match_fields(self) -> tuple[str, ...]:
        """The card number, the user name, and patron attributes by the code of their type."""
        return MATCH_FIELDS

    async def find_patrons(self, field: str, value: str) -> tuple[PatronRecord, ...]:
        """See ``FindsPatrons``. One call."""
        return await self._finder.by_field("cardnumber" if field == CARD_NUMBER else field, value)

    async def find_by_email(self, email: str) -> tuple[PatronRecord, ...]:
        """See ``FindsPatrons``. One call."""
        return await self._finder.by_email(email)

    async def make_patron(self, details: PatronDetails, once: str) -> PatronRecord:
        """See ``MakesPatrons``. One call to look, one to make."""
        return await self._keeping.make(details, once)

    async def change_patron(self, patron_id: str, changes: PatronDetails) -> Change:
        """See ``ChangesPatrons``. One call to read, one to write, one for each attribute."""
        return await self._keeping.change(patron_id, changes)

    async def remove_patron(self, patron_id: str) -> Removal:
        """See ``RemovesPatrons``. One call."""
        return await self._keeping.remove(patron_id)
