"""Public lists: open to whoever has the address, and silent about whose they are.

Names, notes and tags of its items are part of it; nothing says who made it, or what else they have.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from discovery_accounts.services.favourites import rows
from discovery_accounts.services.favourites.items import read_part
from discovery_accounts.services.favourites.shapes import ItemPage, ItemRow, ListInfo, Wish
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem


class PublicLists:
    def __init__(self, house: House) -> None:
        self._house = house

    def page(self, public_id: str, wish: Wish) -> ItemPage[ItemRow]:
        """Two statements. Raises ``Problem`` ``not_found`` where there is no such list or it is not public (any
        more), ``BadShape`` about ``count``."""
        with self._house.database.columns() as columns:
            return read_part(columns, rows.OPEN_LIST, {"public_id": public_id}, wish)

    @contextmanager
    def whole(self, public_id: str) -> Iterator[tuple[ListInfo, Iterator[ItemRow]]]:
        """The list and all its items, read bit by bit. Raises as ``page``."""
        with self._house.database.reading() as session:
            shown = _open_list(session, public_id)
            yield shown, rows.stream(session, shown.id)


def _open_list(session: Session, public_id: str) -> ListInfo:
    found = session.execute(rows.OPEN_LIST, {"public_id": public_id, "after": None}).one_or_none()
    if found is None:
        raise Problem(Code.NOT_FOUND)
    return rows.list_of(found)
