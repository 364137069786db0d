"""How many would end in each coming month under a policy, for IT: a drawing, and the same as a table (rules 6)."""

from dataclasses import dataclass
from datetime import date

from pyramid.response import Response

from discovery_accounts.domain.retention import MonthOfEndings, Policy
from discovery_accounts.locale.catalogues import translations
from discovery_accounts.security.permissions import Permission
from discovery_accounts.services.retention.simulation import SIMULATED, Simulated, simulate
from discovery_accounts.web.membership_words import POLICIES
from discovery_accounts.web.pages.admin_charts import HEIGHT, WIDTH, Bar, ChartView
from discovery_accounts.web.pages.admin_nav import access_for, admin_nav
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.views import library_choices
from discovery_accounts.web.visit import Visit

MOST_MONTHS = 120
_LEAST = 2.0  # so that one of many is still seen
_USUAL = 12


@dataclass(frozen=True, slots=True)
class EndingsView:
    """``months`` are the table; ``chart`` draws the same."""

    policy: str
    title: str
    total: int
    of: int
    most: int
    months: tuple[tuple[date, int], ...]
    chart: ChartView


def show(visit: Visit) -> Response:
    """The choice is in the address: what it shows can be shown to others, and changes nothing."""
    access = access_for(visit, Permission.SEE_JOBS)
    policy, months, library = _chosen(visit)
    wrong = months is None
    view = None if months is None else _view(visit, simulate(visit.house, policy, months, library))
    say = translations(visit.language).gettext
    return visit.render(
        "admin_retention.html",
        section="admin",
        nav=admin_nav(visit, access, "admin_retention"),
        policies=tuple((one.value, say(POLICIES[one])) for one in SIMULATED),
        policy=policy.value,
        months=Field(visit.request.GET.get("months", str(_USUAL)), "months.number" if wrong else None),
        most_months=MOST_MONTHS,
        libraries=library_choices(visit),
        library=library or "",
        endings=view,
        status=422 if wrong else 200,
    )


def _chosen(visit: Visit) -> tuple[Policy, int | None, str | None]:
    """``None`` months: what was typed is no such number."""
    asked = visit.request.GET
    policy = next((one for one in SIMULATED if one == asked.get("policy")), Policy.IDLE_ACCOUNT)
    typed = asked.get("months", str(_USUAL)).strip()
    number = (
        int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= len(str(MOST_MONTHS)) else 0
    )
    library = next((one for one in visit.house.libraries if one == asked.get("library")), None)
    return policy, number if 1 <= number <= MOST_MONTHS else None, library


def _view(visit: Visit, simulated: Simulated) -> EndingsView:
    most = max((one.count for one in simulated.endings), default=0)
    return EndingsView(
        simulated.policy.value,
        translations(visit.language).gettext(POLICIES[simulated.policy]),
        simulated.total,
        simulated.of,
        most,
        tuple((one.month, one.count) for one in simulated.endings),
        endings_chart(simulated.endings),
    )


def endings_chart(endings: tuple[MonthOfEndings, ...]) -> ChartView:
    """A bar a month, the nearest at the left; heights follow the numbers."""
    most = max((one.count for one in endings), default=0)
    step = WIDTH / max(len(endings), 1)
    bars = []
    for place, one in enumerate(endings):
        if one.count:
            height = round(max(HEIGHT * one.count / most, _LEAST), 1)
            x = round(place * step + 1, 1)
            bars.append(Bar("answered", x, round(HEIGHT - height, 1), height, int(step) - 2))
    return ChartView(tuple(bars), most)
