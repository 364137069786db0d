"""What the named patrons of a library have at the desk when it is new."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from discovery_accounts.simulator.desk.records import (
    Fee,
    Hold,
    Notice,
    Payment,
    Relation,
    Suggestion,
)
from discovery_accounts.simulator.records import Biblio, Patron

Record = Hold | Fee | Payment | Notice | Suggestion | Relation


def starting_records(patrons: Sequence[Patron], biblios: Sequence[Biblio]) -> Iterator[Record]:
    """The first patron has four holds, the second (a child) one that is ready and a small fee, the first
    answers for the child; the blocked one owes for a lost book."""
    by_kind = {patron.kind: patron for patron in reversed(patrons)}
    good, child, blocked = (by_kind.get(word) for word in ("good", "child", "blocked"))
    now = datetime.now(UTC)
    works = [biblio.biblio_id for biblio in biblios]

    def day(days: int) -> str:
        return (now.date() + timedelta(days=days)).isoformat()

    if good is not None:
        yield Hold(101, good.patron_id, works[-1], "MAIN", day(-20), "ready", 0, None, day(4))
        yield Hold(102, good.patron_id, works[2], "EAST", day(-9), position=3, wanted_until=day(120))
        yield Hold(103, good.patron_id, works[14], "MAIN", day(-6), "transit", 0)
        yield Hold(104, good.patron_id, works[21], "MAIN", day(-2), position=1, suspended=True,
                   suspended_until=day(30))  # fmt: skip
        yield Fee(201, good.patron_id, "overdue", 240, 240, day(-3), works[1], "Overdue")
        yield Fee(202, good.patron_id, "hold", 100, 0, day(-60), works[5], "Hold not fetched")
        yield Payment(301, good.patron_id, 100, day(-45), "CARD")
        yield Notice(401, good.patron_id, "sent", "Your hold is ready", "Fetch it at Main Library.",
                     int(now.timestamp()) - 86_400 * 2)  # fmt: skip
        yield Notice(402, good.patron_id, "sent", "Due soon", "Two loans are due in three days.",
                     int(now.timestamp()) - 86_400, "sms", delivered=False)  # fmt: skip
        yield Notice(403, good.patron_id, "desk", "From the desk", "Your umbrella is at the desk.",
                     int(now.timestamp()) - 86_400 * 5)  # fmt: skip
        yield Suggestion(501, good.patron_id, "Norrtullsligan", "Wägner, Elin", day(-40), "ordered")
        yield Suggestion(502, good.patron_id, "A very dear facsimile", None, day(-90), "rejected",
                         "Too dear for us.")  # fmt: skip
    if good is not None and child is not None:
        yield Relation(child.patron_id, good.patron_id)
    if child is not None:
        yield Hold(105, child.patron_id, works[15], "KIDS", day(-5), "ready", 0, None, day(2))
        yield Fee(203, child.patron_id, "overdue", 60, 60, day(-1), works[3], "Overdue")
    if blocked is not None:
        yield Fee(204, blocked.patron_id, "lost", 2450, 2450, day(-30), works[8], "Lost item")
        yield Fee(205, blocked.patron_id, "manual", -150, -150, day(-10), None, "Credit")
