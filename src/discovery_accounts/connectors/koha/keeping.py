"""Making, changing and removing patrons of a Koha library. Every change is sent once."""

from collections.abc import Callable, Mapping
from datetime import date

from discovery_accounts.connectors.api import (
    Change,
    ChangeRefused,
    LibraryError,
    NotAPatron,
    NotMade,
    NotRemovable,
    NotRemoved,
    PatronDetails,
    PatronRecord,
    Removal,
    Removed,
    WrongPatron,
)
from discovery_accounts.connectors.koha.attributes import NAME as ATTRIBUTES
from discovery_accounts.connectors.koha.attributes import AttributeRefusedError, put_back, write_attributes
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.details import Writing, writing
from discovery_accounts.connectors.koha.errors import Fault, read_fault
from discovery_accounts.connectors.koha.fields import KohaFields
from discovery_accounts.connectors.koha.finding import Finder
from discovery_accounts.connectors.koha.ids import is_id
from discovery_accounts.connectors.koha.records import read_found, read_patron
from discovery_accounts.connectors.koha.settings import KohaSettings
from discovery_accounts.connectors.people import made_mark

# Koha's own, which a PUT must not bring back: read-only, sent along with the record, or changing by
# themselves between our reading and our writing.
_NOT_WRITTEN = frozenset(
    {"patron_id", "expired", "restricted", "anonymized", "extended_attributes", "library", "_strings"}
    | {"checkouts_count", "overdues_count", "account_balance", "updated_on", "last_seen", "login_attempts"}
    | {"overdrive_auth_token"}
)
_REMOVAL = {
    "has_checkouts": NotRemovable.OPEN_LOANS,
    "has_debt": NotRemovable.UNPAID_FEES,
    "has_guarantees": NotRemovable.GUARANTOR,
    "is_protected": NotRemovable.PROTECTED,
    "is_anonymous_patron": NotRemovable.PROTECTED,
}


class Keeping:
    """Writes patron records; ``today`` is the library's day."""

    def __init__(
        self, client: KohaClient, finder: Finder, settings: KohaSettings, today: Callable[[], date]
    ) -> None:
        self._client = client
        self._finder = finder
        self._settings = settings
        self._today = today

    async def make(self, details: PatronDetails, once: str) -> PatronRecord:
        """See ``MakesPatrons``. Two calls: has it been made, and making it.

        User names are unique in Koha and every patron made here has one, so that not even two calls at
        the same time make two; a note for the staff tells ours from a namesake's.
        """
        told = writing(details, self._settings)
        if told.impossible:
            raise NotMade("the details can't be kept by Koha", told.impossible, sent=False)
        if not told.fields.get("surname"):
            raise NotMade("Koha demands a family name", ("family_name",), sent=False)
        mark = made_mark(once)
        user_name = told.fields.get("userid") or mark
        if (made := await self._made(told, user_name, mark)) is not None:
            return made
        answer = await self._client.post("/v1/patrons", self._new(told, user_name, mark))
        if answer.status == 201:
            fields = KohaFields(answer.json(), "patron")
            if fields.text("userid") != user_name:
                raise WrongPatron("a new patron with the user name of somebody else")
            return read_found(fields, self._today)
        fault = read_fault(answer)
        # What Koha has already may be ours, made by another call meanwhile.
        if fault.status in (400, 409) and fault.text and (made := await self._made(told, user_name, mark)):
            return made
        raise _not_made(fault, told)

    def _new(self, told: Writing, user_name: str, mark: str) -> dict[str, object]:
        """The body for a new patron. What Koha has defaults for is left to it, the card number too."""
        body: dict[str, object] = {name: value for name, value in told.fields.items() if value is not None}
        body |= {
            "userid": user_name,
            "category_id": self._settings.new_patron_category,
            "library_id": self._settings.new_patron_library,
            "staff_notes": mark,
        }
        if told.attributes:
            body[ATTRIBUTES] = [{"type": code, "value": value} for code, value in told.attributes.items()]
        return body

    async def _made(self, told: Writing, user_name: str, mark: str) -> PatronRecord | None:
        for row in await self._finder.rows("userid", user_name):
            if mark not in (row.text("staff_notes") or "").split():
                raise NotMade("the user name is somebody else's", (told.detail_of("userid"),))
            return read_found(row, self._today)
        return None

    async def change(self, patron_id: str, changes: PatronDetails) -> Change:
        """See ``ChangesPatrons``. Two calls, and one for each attribute.

        Koha has no call that changes some fields: the whole record is read and written back. What
        somebody else changes between the two is lost, as in Koha's own form.
        """
        return await self.write(patron_id, writing(changes, self._settings))

    async def write(self, patron_id: str, told: Writing) -> Change:
        """Writes what is told; see ``change``."""
        if told.homeless or told.impossible:
            return ChangeRefused(told.homeless + told.impossible)
        if not is_id(patron_id):
            return NotAPatron()
        answer = await self._client.get(f"/v1/patrons/{patron_id}", embed=ATTRIBUTES)
        if answer.status != 200:
            return _nobody(read_fault(answer), "reading a patron to change")
        whole = answer.json()
        before = read_patron(whole, patron_id, self._today)
        try:
            undo = await write_attributes(
                self._client, patron_id, KohaFields(whole, "patron"), told.attributes
            )
        except AttributeRefusedError as refused:
            return ChangeRefused((told.detail_of(refused.code),))
        if not told.fields:
            return before
        changed = await self._put(patron_id, whole, told, before)
        if isinstance(changed, ChangeRefused):
            await put_back(self._client, undo)
        return changed

    async def _put(
        self, patron_id: str, whole: dict[str, object], told: Writing, before: PatronRecord
    ) -> Change:
        body = writable(whole) | dict(told.fields)
        answer = await self._client.act("PUT", f"/v1/patrons/{patron_id}", body)
        if answer.status == 200:
            return read_patron(answer.json(), patron_id, self._today)
        if answer.status == 204:  # nothing was different
            return before
        fault = read_fault(answer)
        if fault.status == 409:
            return ChangeRefused((told.detail_of(fault.conflict or "userid"),))
        if fault.status == 403 and "email" in fault.text and "email" in told.fields:
            return ChangeRefused(("email",))
        if fault.status == 400 and fault.text.startswith("Problem with ") and "userid" in told.fields:
            return ChangeRefused((told.detail_of("userid"),))
        return _nobody(fault, "changing a patron")

    async def remove(self, patron_id: str) -> Removal:
        """See ``RemovesPatrons``. One call: Koha itself looks for what keeps a patron."""
        if not is_id(patron_id):
            return NotAPatron()
        answer = await self._client.act("DELETE", f"/v1/patrons/{patron_id}")
        if answer.status == 204:
            return Removed()
        fault = read_fault(answer)
        if fault.status == 409:
            return NotRemoved(_REMOVAL.get(fault.code, NotRemovable.LIBRARY_SAYS_NO))
        return _nobody(fault, "removing a patron")


def writable(whole: Mapping[str, object]) -> dict[str, object]:
    """A record as it may be written back."""
    return {name: value for name, value in whole.items() if name not in _NOT_WRITTEN}


def _nobody(fault: Fault, doing: str) -> NotAPatron:
    if fault.about_a_thing:
        return NotAPatron()
    raise fault.as_error(doing)


def _not_made(fault: Fault, told: Writing) -> LibraryError:
    if fault.status == 409:
        return NotMade("Koha has it already", (told.detail_of(fault.conflict or "userid"),))
    if fault.status != 400 or not fault.text:
        return fault.as_error("making a patron")
    if "category_id" in fault.text or "library_id" in fault.text:
        return NotMade("Koha has no such category or library: see new_patron_category, new_patron_library")
    if fault.code == "missing_mandatory_attribute":
        return NotMade("Koha demands a patron attribute of its own: see Mandatory in patron attribute types")
    if fault.code:
        fields = tuple(told.detail_of(code) for code in told.attributes)
        return NotMade(f"Koha refuses an attribute: {fault.code}", fields)
    return NotMade("Koha refuses the user name or another detail", (told.detail_of("userid"),))
