"""How the libraries are doing, for staff: their state, their last hour and their last self-test. None is asked."""

from discovery_accounts.connectors.gateway import LibraryState
from discovery_accounts.security.permissions import Access, Permission
from discovery_accounts.services.library_checks import LibraryChecks, LibraryReport
from discovery_accounts.web.pages.admin_charts import FiguresView, figures
from discovery_accounts.web.pages.admin_libraries import state_view
from discovery_accounts.web.pages.admin_library_shapes import TestView
from discovery_accounts.web.pages.admin_shapes import LibraryView
from discovery_accounts.web.pages.views import library_title
from discovery_accounts.web.visit import Visit


def library_views(visit: Visit, access: Access) -> tuple[LibraryView, ...]:
    """Those that this person may see, what is wrong first."""
    states = visit.house.gateway.states()
    names = access.libraries(Permission.SEE_LIBRARIES, states)
    tested = LibraryChecks(visit.house).latest() if access.may(Permission.CHECK_LIBRARIES) else {}
    views = [_view(visit, access, states[name], tested.get(name)) for name in names]
    return tuple(sorted(views, key=lambda view: view.state == "closed"))


def _view(visit: Visit, access: Access, state: LibraryState, tested: LibraryReport | None) -> LibraryView:
    may_check = access.may(Permission.CHECK_LIBRARIES, state.name)
    return LibraryView(
        name=state.name,
        title=library_title(visit, state.name),
        state="faulty" if state.faults else state.breaker,
        last_answer_at=state.last_answer_at,
        last_error=state.last_error,
        faults=state.faults if access.may(Permission.SEE_FAULTS, state.name) else (),
        may_check=may_check,
        in_flight=state.in_flight,
        figures=_figures(visit, access, state),
        test=TestView(tested.at, state_view(visit, tested.state)) if tested and may_check else None,
    )


def _figures(visit: Visit, access: Access, state: LibraryState) -> FiguresView | None:
    if state.faults or not access.may(Permission.SEE_FIGURES, state.name):
        return None
    return figures(visit.house.gateway.hour(state.name), visit.now)
