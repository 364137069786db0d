"""Asking in the ways that versions of Koha understand, the newest first, until one answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from discovery_accounts.connectors.api import Incomplete, LibraryError, Refused, UnexpectedAnswer
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.editions import Choice, Listing
from discovery_accounts.connectors.koha.errors import read_fault
from discovery_accounts.connectors.koha.fields import KohaFields, total_count
from discovery_accounts.connectors.transport import HttpAnswer


@dataclass(frozen=True, slots=True)
class Answered:
    """The way that was understood, and its answer."""

    row: Listing
    answer: HttpAnswer = field(repr=False)


async def ask_first(
    client: KohaClient,
    choice: Choice[Listing],
    patron_id: str,
    doing: str,
    params: Mapping[str, str] | None = None,
    optional: bool = False,
) -> Answered | None:
    """The first answer; ``None`` when Koha says that there is no such patron.

    A way that our key has no right to is passed over; the missing right is told when no other works.
    """
    failure: LibraryError = UnexpectedAnswer(doing)
    for row in choice.candidates():
        path, own = row.where(patron_id)
        try:
            answer = await client.get(path, own | dict(params or {}), embed=row.embed, optional=optional)
        except Refused as refused:
            if not refused.rights:
                raise
            failure = failure if isinstance(failure, Refused) else refused
            continue
        if answer.status == 200:
            choice.understood(row)
            return Answered(row, answer)
        fault = read_fault(answer)
        if fault.about_a_thing:
            return None
        if fault.status not in (400, 404):
            raise fault.as_error(doing)
        failure = failure if isinstance(failure, Refused) else fault.as_error(doing)
    raise failure


def rows_of(answer: HttpAnswer, what: str, whole: bool = True) -> list[KohaFields]:
    """The rows of a list; with ``whole``, raises ``Incomplete`` for a part of one."""
    body = answer.json()
    if not isinstance(body, list):
        raise UnexpectedAnswer(f"{what} is not a list")
    told = total_count(answer)
    if whole and told is not None and told > len(body):
        raise Incomplete(f"the list of {what} is shorter than announced")
    return [KohaFields(row, what) for row in body]
