"""What the KohaSuomi discovery plugin tells of a patron beside the record: messages, choices, family."""

from discovery_accounts.connectors.api import Family, LibraryNotice, NotAPatron, Relative, WrongPatron
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.errors import Fault, read_fault
from discovery_accounts.connectors.koha.fields import KohaFields
from discovery_accounts.connectors.koha.ids import is_id
from discovery_accounts.connectors.koha.settings import KohaSettings

PATRONS = "/v1/contrib/kohasuomi/patrons"


class Plugin:
    """Reads patrons by the plugin."""

    def __init__(self, client: KohaClient, settings: KohaSettings) -> None:
        self._client = client
        self._zone = settings.timezone

    async def patron(self, patron_id: str, query: str) -> KohaFields | NotAPatron:
        """The plugin's record with what ``query`` brings along. Raises ``WrongPatron``."""
        if not is_id(patron_id):
            return NotAPatron()
        answer = await self._client.get(f"{PATRONS}/{patron_id}", {query: "1"})
        if answer.status != 200:
            return nobody(read_fault(answer), "asking the discovery plugin for a patron")
        fields = KohaFields(answer.json(), "patron")
        if fields.identifier("patron_id") != patron_id:
            raise WrongPatron("the discovery plugin told a record of somebody else")
        return fields

    async def notices(self, patron_id: str) -> tuple[LibraryNotice, ...] | NotAPatron:
        """See ``ListsNotices``: what staff wrote to the patron; the newest first. One call."""
        fields = await self.patron(patron_id, "query_messages")
        if isinstance(fields, NotAPatron):
            return fields
        rows = fields.rows("messages")
        return tuple(
            self._notice(row, f"{patron_id}-{number}") for number, row in reversed(list(enumerate(rows, 1)))
        )

    def _notice(self, row: KohaFields, place: str) -> LibraryNotice:
        """The plugin gives no ids in all of its versions; then the place in its list stands for one."""
        told = row.number("message_id")
        sent_at = row.moment("date", self._zone)
        return LibraryNotice(place if told is None else str(told), sent_at, text=row.text("message"))

    async def family(self, patron_id: str) -> Family | NotAPatron:
        """See ``ReadsFamilies``. One call."""
        fields = await self.patron(patron_id, "query_relationships")
        if isinstance(fields, NotAPatron):
            return fields
        return Family(_relatives(fields, "guarantors"), _relatives(fields, "guarantees"))


def messages_of(fields: KohaFields) -> tuple[str, ...]:
    """The texts of what staff wrote, the newest first."""
    told = [text for row in fields.rows("messages") if (text := row.text("message"))]
    return tuple(reversed(told))


def nobody(fault: Fault, doing: str) -> NotAPatron:
    """There is no such patron; raises what the answer means where it says something else."""
    if fault.about_a_thing:
        return NotAPatron()
    raise fault.as_error(doing)


def _relatives(fields: KohaFields, name: str) -> tuple[Relative, ...] | None:
    """Those who are patrons; of anybody else Koha keeps a name only."""
    if name not in fields.names:
        return None
    return tuple(
        Relative(str(number), row.text("firstname"), row.text("surname"), row.text("relationship"))
        for row in fields.rows(name)
        if (number := row.number("id")) is not None
    )
