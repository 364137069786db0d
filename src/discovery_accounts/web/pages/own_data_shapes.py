"""How pages show a part of what is stored about somebody."""

from dataclasses import dataclass, field

from discovery_accounts.services.own_data.shown import Shown
from discovery_accounts.services.own_data.summary import Section


@dataclass(frozen=True, slots=True)
class SectionView:
    """``title`` is translated; ``rows`` hold label and value of each line. ``more`` rows are not shown here.
    ``address`` is where it is seen and corrected."""

    name: str
    title: str
    count: int
    rows: tuple[tuple[tuple[str, str], ...], ...] = field(repr=False)
    more: int
    address: str | None


def section_view(shown: Shown, one: Section, address: str | None = None) -> SectionView:
    rows = tuple(tuple(shown.lines(row)) for row in one.rows)
    return SectionView(
        one.part.name, shown.title(one.part), one.count, rows, one.count - len(one.rows), address
    )
