"""The page of one library for IT: what its self-test found, now and earlier, and the text for the vendor."""

from pyramid.response import Response

from discovery_accounts.connectors.api import CheckState, CheckStep
from discovery_accounts.connectors.selftest.advice import ADVICE, STATES, TITLES
from discovery_accounts.locale.catalogues import translations
from discovery_accounts.security.permissions import Permission, staff_access
from discovery_accounts.services.library_checks import LibraryChecks, LibraryReport
from discovery_accounts.services.library_checks_text import for_vendor
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.web.pages.admin_library_shapes import AdviceView, StateView, StepView, TestView
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.views import library_title
from discovery_accounts.web.visit import Visit

EARLIER = 48
"""How many tests the page shows: half a day of those that the clock makes."""


def show(visit: Visit) -> Response:
    return _page(visit, _library(visit), None)


def check(visit: Visit) -> Response:
    """Test the library now, once a minute."""
    name = _library(visit)
    try:
        LibraryChecks(visit.house).run_again(name)
    except Problem as problem:
        return _page(visit, name, problem)
    return visit.redirect(visit.url("admin_library", library=name))


def _library(visit: Visit) -> str:
    """The library of the address. Raises ``Problem`` ``not_found``, also for IT of another one."""
    access = staff_access(visit.house, visit.signed_in)
    name = str(visit.request.matchdict["library"])
    known = access.libraries(Permission.CHECK_LIBRARIES, visit.house.gateway.states())
    if name not in known:
        raise Problem(Code.NOT_FOUND)
    return name


def _page(visit: Visit, name: str, problem: Problem | None) -> Response:
    history = LibraryChecks(visit.house).history(name, EARLIER)
    last = history[0] if history else None
    settings = visit.settings.library(name)
    return form_page(
        visit,
        "admin_library.html",
        problem,
        section="admin",
        name=name,
        title=library_title(visit, name),
        connector=settings.connector if settings else None,
        last=_test(visit, last) if last else None,
        earlier=tuple(_brief(visit, one) for one in reversed(history)),
        counts={state: sum(one.state is state for one in history) for state in CheckState},
        vendor=for_vendor(last, visit.settings) if last else "",
        refused=None,
        too_soon=problem is not None,
    )


def _brief(visit: Visit, report: LibraryReport) -> TestView:
    return TestView(report.at, state_view(visit, report.state))


def _test(visit: Visit, report: LibraryReport) -> TestView:
    steps = tuple(_step(visit, step) for step in report.steps)
    return TestView(report.at, state_view(visit, report.state), steps)


def _step(visit: Visit, step: CheckStep) -> StepView:
    say = translations(visit.language).gettext
    advice = ADVICE[step.cause] if step.cause else None
    told = (
        AdviceView(say(advice.meaning), say(advice.causes), say(advice.do), say(advice.ask))
        if advice
        else None
    )
    return StepView(say(TITLES[step.name]), state_view(visit, step.state), step.seconds, step.found, told)


def state_view(visit: Visit, state: CheckState) -> StateView:
    """A state with its word in the reader's language."""
    return StateView(state, translations(visit.language).gettext(STATES[state]))
