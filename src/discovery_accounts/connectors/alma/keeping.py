"""Making, changing and removing users of an Alma institution. Every change is sent once."""

from decimal import Decimal, InvalidOperation
from typing import Any

from discovery_accounts.connectors.alma.client import AlmaClient
from discovery_accounts.connectors.alma.details import (
    Writing,
    contacts,
    is_external,
    new_user,
    write,
    writing,
)
from discovery_accounts.connectors.alma.errors import EXISTS, NOT_DELETED, Fault, is_done, read_fault
from discovery_accounts.connectors.alma.fields import AlmaFields
from discovery_accounts.connectors.alma.finding import Finder
from discovery_accounts.connectors.alma.identities import Identity, same
from discovery_accounts.connectors.alma.patrons import Patrons
from discovery_accounts.connectors.alma.records import User
from discovery_accounts.connectors.alma.settings import PRIMARY_ID, AlmaSettings
from discovery_accounts.connectors.alma.swapping import Swapping, nobody
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
    UnexpectedAnswer,
    WrongPatron,
)
from discovery_accounts.connectors.people import made_mark

_NOT_MADE = {
    "401664": "a field that Alma demands is missing",
    "401852": "Alma has no such user group: see new_user_group",
    "401853": "an internal user can have no new_external_id",
    "401854": "an external user needs new_external_id",
    "401857": "Alma does not know the account type",
    "401863": "a type is not for this kind of user: see the settings of new users",
    "401864": "Alma does not know a type: see the settings of new users",
}
_OF_THE_UNIVERSITY = frozenset({"given_names", "family_name", "user_name", "identity_code", "shared_id"})


class Keeping:
    """Writes user records."""

    def __init__(self, client: AlmaClient, finder: Finder, patrons: Patrons, settings: AlmaSettings) -> None:
        self._client = client
        self._finder = finder
        self._patrons = patrons
        self._settings = settings
        self._swapping = Swapping(client, settings)

    async def make(self, details: PatronDetails, once: str) -> PatronRecord:
        """See ``MakesPatrons``. Two calls: has it been made, and making it.

        Primary ids are unique in Alma, so that not even two calls at the same time make two; a note for
        the staff tells ours from a namesake's.
        """
        told = writing(details, self._settings)
        if told.impossible:
            raise NotMade("the details can't be kept by Alma", told.impossible, sent=False)
        if details.family_name is None:
            raise NotMade("Alma demands a family name", ("family_name",), sent=False)
        if self._settings.permanent_id not in (PRIMARY_ID, *told.identifiers):
            raise NotMade("the identifier that is the permanent id is missing", ("shared_id",), sent=False)
        mark = made_mark(once)
        primary_id = told.identifiers.get(PRIMARY_ID, mark)
        if not Identity(primary_id, PRIMARY_ID).possible:
            raise NotMade("no primary id can be like that", ("user_name",), sent=False)
        if (made := await self._made(told, primary_id, mark)) is not None:
            return made
        letters = {"social_authentication": "false", "send_pin_number_letter": "false"}
        body = new_user(told, primary_id, mark, self._settings)
        answer = await self._client.act("POST", "/almaws/v1/users", letters, body)
        if answer.status in (200, 201):
            user = User(answer.json())
            if not same(user.primary_id, primary_id):
                raise WrongPatron("a new user with the primary id of somebody else")
            return self._patrons.record(user)
        fault = read_fault(answer)
        if fault.code == EXISTS and (made := await self._made(told, primary_id, mark)) is not None:
            return made
        raise _not_made(fault, told)

    async def _made(self, told: Writing, primary_id: str, mark: str) -> PatronRecord | None:
        user = await self._finder.read(Identity(primary_id, PRIMARY_ID))
        if user is None:
            return None
        if same(user.primary_id, primary_id) and mark in user.notes:
            return self._patrons.record(user)
        shared = told.details.shared_id is not None and told.details.shared_id[0] == PRIMARY_ID
        raise NotMade("the primary id is somebody else's", ("shared_id" if shared else "user_name",))

    async def change(self, patron_id: str, changes: PatronDetails) -> Change:
        """See ``ChangesPatrons``. Two calls: reading and writing the whole record."""
        told = writing(changes, self._settings)
        whole = await self._swapping.read(patron_id, "reading a user to change")
        if isinstance(whole, NotAPatron):
            return whole
        before = self._patrons.record(whole.user, patron_id)
        if refused := self._refused(whole.json, told):
            return ChangeRefused(refused)
        if not changes.told:
            return before
        body = whole.body()
        write(body, told)
        override = () if changes.language is None else ("preferred_language",)
        after = await self._swapping.write(whole, body, override)
        if not isinstance(after, Fault):
            return self._patrons.record(after.user, patron_id)
        if after.code == EXISTS:
            return ChangeRefused(tuple(name for name in changes.told if name in _OF_THE_UNIVERSITY))
        return nobody(after, "changing a user")

    def _refused(self, user: dict[str, Any], told: Writing) -> tuple[str, ...]:
        """What is not ours to change: the permanent id, and what the university keeps of its people,
        which its next transfer to Alma would write again."""
        refused = set(told.homeless + told.impossible)
        if self._settings.permanent_id in told.identifiers:
            refused |= {"user_name", "shared_id", "identity_code"} & _telling(told, self._settings)
        for name in told.details.told:
            if name in _OF_THE_UNIVERSITY and is_external(user, {}):
                refused.add(name)
            if name in ("email", "phone") and any(is_external(user, row) for row in contacts(user, name)):
                refused.add(name)
        return tuple(name for name in told.details.told if name in refused)

    async def remove(self, patron_id: str) -> Removal:
        """See ``RemovesPatrons``. Two calls: what keeps the user, because Alma refuses without a reason,
        and removing."""
        whole = await self._swapping.read(patron_id, "reading a user to remove", expand="loans,fees")
        if isinstance(whole, NotAPatron):
            return whole
        kept = _kept(AlmaFields(whole.json, "user"))
        if kept is not None:
            return NotRemoved(kept)
        answer = await self._client.act("DELETE", whole.who.path, whole.who.params)
        if is_done(answer):
            return Removed()
        fault = read_fault(answer)
        if fault.code == NOT_DELETED:
            return NotRemoved(NotRemovable.LIBRARY_SAYS_NO)
        return nobody(fault, "removing a user")


def _telling(told: Writing, settings: AlmaSettings) -> set[str]:
    """The details that went into the permanent id."""
    shared = told.details.shared_id
    if shared is not None and shared[0] == settings.permanent_id:
        return {"shared_id"}
    return {"user_name"} if settings.permanent_id == PRIMARY_ID else {"identity_code"}


def _kept(user: AlmaFields) -> NotRemovable | None:
    if (user.code("record_type") or "").upper() == "STAFF":
        return NotRemovable.PROTECTED
    if _amount(user, "loans"):
        return NotRemovable.OPEN_LOANS
    return NotRemovable.UNPAID_FEES if _amount(user, "fees") else None


def _amount(user: AlmaFields, name: str) -> Decimal:
    """A number that Alma writes as text. Without it nobody is removed."""
    try:
        return Decimal(str(user.inner(name).number_text("value")))
    except InvalidOperation:
        raise UnexpectedAnswer(f"user.{name} is not told") from None


def _not_made(fault: Fault, told: Writing) -> LibraryError:
    if fault.code == EXISTS:
        fields = tuple(name for name in told.details.told if name in ("shared_id", "identity_code"))
        return NotMade("an identifier is somebody else's", fields or ("user_name",))
    if fault.code in _NOT_MADE:
        return NotMade(_NOT_MADE[fault.code])
    return fault.as_error("making a user")
