"""The voice of one Alma institution: the house's verbs, each handed to the part that knows it."""

from collections.abc import Mapping, Sequence

from discovery_accounts.connectors.alma.abilities import absent
from discovery_accounts.connectors.alma.client import AlmaClient
from discovery_accounts.connectors.alma.fees import Fees
from discovery_accounts.connectors.alma.finding import MATCH_FIELDS, Finder
from discovery_accounts.connectors.alma.history import History
from discovery_accounts.connectors.alma.holds import Holds
from discovery_accounts.connectors.alma.identities import by_card
from discovery_accounts.connectors.alma.keeping import Keeping
from discovery_accounts.connectors.alma.libraries import Libraries
from discovery_accounts.connectors.alma.loans import Loans
from discovery_accounts.connectors.alma.membership import Membership
from discovery_accounts.connectors.alma.news import Messages
from discovery_accounts.connectors.alma.patrons import Patrons
from discovery_accounts.connectors.alma.pins import Pins
from discovery_accounts.connectors.alma.profile import Profile
from discovery_accounts.connectors.alma.renewals import Renewals
from discovery_accounts.connectors.alma.requests import Requests
from discovery_accounts.connectors.alma.settings import AlmaSettings
from discovery_accounts.connectors.alma.suggestions import Suggestions
from discovery_accounts.connectors.alma.swapping import Swapping
from discovery_accounts.connectors.alma.verbs_checks import CheckVerbs
from discovery_accounts.connectors.alma.verbs_holds import HoldVerbs
from discovery_accounts.connectors.alma.verbs_lists import ListVerbs
from discovery_accounts.connectors.alma.verbs_people import PeopleVerbs
from discovery_accounts.connectors.api import (
    CARD_NUMBER,
    MOST_FOUND,
    Capability,
    Change,
    Loan,
    News,
    NoSuchLoan,
    NotAPatron,
    NotGenuine,
    PatronDetails,
    PatronRecord,
    PatronRef,
    Removal,
    Renewal,
    Verification,
)
from discovery_accounts.connectors.transport import Transport


class AlmaConnector(HoldVerbs, ListVerbs, PeopleVerbs, CheckVerbs):
    """Speaks to the Users API with an API key of the institution.

    The permanent id is the primary id, or an identifier that the institution chose in its place.
    """

    def __init__(
        self, settings: AlmaSettings, transport: Transport, client: AlmaClient | None = None
    ) -> None:
        client = client or AlmaClient(settings, transport)
        self._client = client
        self._settings = settings
        self._patrons = Patrons(client, settings)
        self._finder = Finder(client)
        self._keeping = Keeping(client, self._finder, self._patrons, settings)
        self._loans = Loans(client, settings)
        self._renewals = Renewals(client, self._loans, settings)
        self._requests = Requests(client, settings)
        self._holds = Holds(client, self._requests, Libraries(client, settings), settings)
        self._fees = Fees(client, settings)
        self._history = History(client, settings)
        self._suggestions = Suggestions(client, settings)
        swapping = Swapping(client, settings)
        self._profile = Profile(swapping, settings)
        self._pins = Pins(swapping, self._patrons, settings)
        self._membership = Membership(swapping, self._patrons, settings)
        self._messages = Messages(settings)

    @property
    def capabilities(self) -> frozenset[Capability]:
        """All that ``absent`` does not name."""
        return frozenset(Capability) - self.absent.keys()

    @property
    def absent(self) -> Mapping[Capability, str]:
        """What Alma has no call for, and what the settings leave out."""
        return absent(self._settings)

    @property
    def checks_pin_by_number(self) -> bool:
        """By the permanent id: an old number is no reason for a refusal."""
        return False

    async def close(self) -> None:
        """Nothing is kept open."""

    async def verify_patron(self, card_number: str, pin: str) -> Verification:
        """See ``VerifiesPatrons``. Two calls, whatever the answer."""
        return await self._patrons.verify(card_number, pin)

    async def check_pin(self, patron: PatronRef, pin: str) -> Verification:
        """See ``VerifiesPatrons``. One call; two when the PIN is refused."""
        return await self._patrons.check(patron, pin)

    @property
    def tells_owed(self) -> bool:
        """In the same call."""
        return True

    async def read_patron(self, patron_id: str) -> PatronRecord | NotAPatron:
        """See ``ReadsPatrons``. One call."""
        return await self._patrons.read(patron_id)

    async def list_loans(self, patron_id: str) -> tuple[Loan, ...] | NotAPatron:
        """See ``ListsLoans``. One call for every 100 loans."""
        return await self._loans.all(patron_id)

    async def read_loan(self, patron_id: str, loan_id: str) -> Loan | NoSuchLoan:
        """See ``AsksRenewability``. One call; the list too where it leaves something open."""
        return await self._loans.one(patron_id, loan_id)

    async def renew_loans(self, patron_id: str, loan_ids: Sequence[str] | None) -> tuple[Renewal, ...]:
        """See ``RenewsLoans``. One call for a single loan's owner or a list, then one for each."""
        return await self._renewals.renew(patron_id, loan_ids)

    @property
    def match_fields(self) -> tuple[str, ...]:
        """The primary id, and identifiers by the code of their type."""
        return MATCH_FIELDS

    async def find_patrons(self, field: str, value: str) -> tuple[PatronRecord, ...]:
        """See ``FindsPatrons``. One call by the primary id; by an identifier one more, or as many as the
        list of users has pages."""
        if field == CARD_NUMBER:
            users = await self._finder.by_card(by_card(self._settings, value))
        else:
            users = await self._finder.by_field(field, value)
        return tuple(self._patrons.record(user) for user in users[:MOST_FOUND])

    async def find_by_email(self, email: str) -> tuple[PatronRecord, ...]:
        """See ``FindsPatrons``. As many calls as the list of users has pages."""
        users = await self._finder.by_email(email)
        return tuple(self._patrons.record(user) for user in users[:MOST_FOUND])

    async def make_patron(self, details: PatronDetails, once: str) -> PatronRecord:
        """See ``MakesPatrons``. One call to look, one to make."""
        return await self._keeping.make(details, once)

    async def change_patron(self, patron_id: str, changes: PatronDetails) -> Change:
        """See ``ChangesPatrons``. One call to read, one to write."""
        return await self._keeping.change(patron_id, changes)

    async def remove_patron(self, patron_id: str) -> Removal:
        """See ``RemovesPatrons``. One call to look for what keeps a patron, one to remove."""
        return await self._keeping.remove(patron_id)

    def challenge(self, params: Mapping[str, str]) -> Mapping[str, str] | None:
        """See ``HearsNews``."""
        return self._messages.challenge(params)

    def news(self, headers: Mapping[str, str], body: bytes) -> tuple[News, ...] | NotGenuine:
        """See ``HearsNews``."""
        return self._messages.news(headers, body)
