"""How many would end in each coming month under a policy, for IT: a drawing, and the same as a table (rules 6).

Of the libraries that one may see, and never so few that they could be somebody (rules 9.5).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pyramid.response import Response

from discovery_accounts.domain.retention import MOST_MONTHS, Endings, Policy
from discovery_accounts.locale.catalogues import translations
from discovery_accounts.security.permissions import Permission
from discovery_accounts.services.retention.simulation import SIMULATED, Simulated, simulate
from discovery_accounts.web.membership_words import POLICIES
from discovery_accounts.web.pages.admin_charts import HEIGHT, WIDTH, Bar, ChartView
from discovery_accounts.web.pages.admin_nav import access_for, admin_nav
from discovery_accounts.web.pages.shapes import Field, LibraryChoice
from discovery_accounts.web.pages.views import library_title
from discovery_accounts.web.visit import Visit

_LEAST = 2.0  # so that one of many is still seen
_USUAL = 12


@dataclass(frozen=True, slots=True)
class EndingsView:
    """``months`` are the table: from when, until when (``None``: or later), how many; ``chart`` draws the same.
    ``together`` are the libraries counted, where another one is counted with that which was chosen. ``of`` 0: too few
    to be told."""

    title: str
    together: str
    total: int
    of: int
    months: tuple[tuple[date, date | None, int], ...]
    chart: ChartView
    counted_at: datetime


def show(visit: Visit) -> Response:
    """The choice is in the address: what it shows can be shown to others, and changes nothing."""
    access = access_for(visit, Permission.SEE_JOBS)
    own = access.libraries(Permission.SEE_JOBS, visit.house.gateway.states())
    policy, months, library = _chosen(visit, own)
    wrong = months is None
    allowed = None if access.may_everywhere(Permission.SEE_JOBS) else frozenset(own)
    view = (
        None
        if months is None
        else _view(visit, simulate(visit.house, policy, months, allowed, library), library)
    )
    say = translations(visit.language).gettext
    return visit.render(
        "admin_retention.html",
        section="admin",
        nav=admin_nav(visit, access, "admin_retention"),
        policies=tuple((one.value, say(POLICIES[one])) for one in SIMULATED),
        policy=policy.value,
        months=Field(visit.request.GET.get("months", str(_USUAL)), "months.number" if wrong else None),
        most_months=MOST_MONTHS,
        libraries=tuple(LibraryChoice(name, library_title(visit, name)) for name in own),
        everywhere=allowed is None,
        threshold=visit.settings.insight.threshold,
        library=library or "",
        endings=view,
        status=422 if wrong else 200,
    )


def _chosen(visit: Visit, own: Collection[str]) -> tuple[Policy, int | None, str | None]:
    """``None`` months: what was typed is no such number. ``own`` are the libraries that may be chosen."""
    asked = visit.request.GET
    policy = next((one for one in SIMULATED if one == asked.get("policy")), Policy.IDLE_ACCOUNT)
    typed = asked.get("months", str(_USUAL)).strip()
    number = (
        int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= len(str(MOST_MONTHS)) else 0
    )
    library = next((one for one in own if one == asked.get("library")), None)
    return policy, number if 1 <= number <= MOST_MONTHS else None, library


def _view(visit: Visit, simulated: Simulated, library: str | None) -> EndingsView:
    together = library is not None and len(simulated.libraries) > 1
    return EndingsView(
        translations(visit.language).gettext(POLICIES[simulated.policy]),
        " + ".join(library_title(visit, name) for name in simulated.libraries) if together else "",
        simulated.total,
        simulated.of,
        tuple((one.first, one.last, one.count) for one in simulated.endings),
        endings_chart(simulated.endings),
        simulated.counted_at,
    )


def endings_chart(endings: Sequence[Endings]) -> ChartView:
    """A bar a line of the table, the nearest at the left; heights follow the numbers."""
    most = max((one.count for one in endings), default=0)
    step = WIDTH / max(len(endings), 1)
    bars = []
    for place, one in enumerate(endings):
        height = max(_LEAST, round(HEIGHT * one.count / most, 1))
        x = round(place * step + 1, 1)
        bars.append(Bar("answered", x, round(HEIGHT - height, 1), height, int(step) - 2))
    return ChartView(tuple(bars), most)
