"""Who may link cards, for help desk and IT: a card looked up and blocked, and rules tried out before they hold."""

from collections.abc import Callable
from dataclasses import dataclass

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.marking import marked as _
from discovery_accounts.security.permissions import Access, Permission
from discovery_accounts.services.link_policy import LinkPolicy
from discovery_accounts.services.linking_blocks import LinkingBlocks, Order, check_reason
from discovery_accounts.services.linking_desk import Desk, LinkingDesk, Ticket
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.web.pages.admin_desk import desk_access, desk_of
from discovery_accounts.web.pages.admin_linking_views import OutcomeView, SightView, outcome_view, sight_view
from discovery_accounts.web.pages.admin_nav import admin_nav
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.shapes import Field, LibraryChoice
from discovery_accounts.web.pages.views import chosen_library, field, library_title, needed_field
from discovery_accounts.web.staff_words import AUDIT_REASONS, BLOCK_REASONS
from discovery_accounts.web.visit import Visit

_YES_NO = {"yes": True, "no": False}
_APPROVALS = ("never", "adults", "always")
_DONE = {
    "block": _("The card can’t be linked any more."),
    "unblock": _("The card can be linked again."),
    "end": _("The links have ended."),
    "block_account": _("The account can’t link cards any more."),
    "unblock_account": _("The account can link cards again."),
}


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the page has to show besides its forms."""

    sight: SightView | None = None
    outcome: OutcomeView | None = None
    problem: Problem | BadShape | None = None


def show(visit: Visit) -> Response:
    return _page(visit, desk_access(visit, Permission.BLOCK_LINKING), _Shown())


def act(visit: Visit) -> Response:
    """Look a card up, do something to the one that was looked up, or try rules out."""
    access, action = desk_access(visit, Permission.BLOCK_LINKING), visit.form("action")
    if action == "try":
        return _page(visit, access, _tried(visit, access))
    if action in _DONE:
        return _page(visit, access, _done(visit, access, action))
    return _page(visit, access, _found(visit, access))


def _found(visit: Visit, access: Access) -> _Shown:
    desk, service = desk_of(visit, access, Permission.BLOCK_LINKING), LinkingDesk(visit.house)
    try:
        _sight, ticket = service.find(
            desk, chosen_library(visit), visit.form("card_number"), visit.form("reason")
        )
    except (BadShape, Problem) as problem:
        return _Shown(problem=problem)
    return _Shown(_sight_of(visit, desk, ticket))


def _sight_of(visit: Visit, desk: Desk, ticket: Ticket, done: str = "") -> SightView:
    service = LinkingDesk(visit.house)
    return sight_view(
        visit,
        service.look_again(ticket),
        service.write_ticket(desk, ticket),
        may_block_account=desk.libraries is None and ticket.account_id is not None,
        done=done,
    )


def _done(visit: Visit, access: Access, action: str) -> _Shown:
    desk, service = desk_of(visit, access, Permission.BLOCK_LINKING), LinkingDesk(visit.house)
    try:
        ticket = service.read_ticket(desk, visit.form("ticket"))
    except Problem as problem:
        return _Shown(problem=problem)
    reason = visit.form("account_reason" if action.endswith("_account") else "act_reason")
    order = Order(reason, bool(visit.form("end")), bool(visit.form("tell")))
    try:
        _do(visit, desk, ticket, action, order)
    except BadShape:
        name = "account_reason" if action.endswith("_account") else "act_reason"
        return _Shown(_sight_of(visit, desk, ticket), problem=BadShape(name, "missing"))
    except Problem as problem:
        return _Shown(_sight_of(visit, desk, ticket), problem=problem)
    words = translations(visit.language).gettext(_DONE[action])
    return _Shown(_sight_of(visit, desk, ticket, words))


def _do(visit: Visit, desk: Desk, ticket: Ticket, action: str, order: Order) -> None:
    blocks = LinkingBlocks(visit.house)
    if action.endswith("_account"):
        if ticket.account_id is None:
            raise Problem(Code.NOT_FOUND)
        on_account = blocks.block_account if action == "block_account" else blocks.unblock_account
        on_account(desk, ticket.account_id, order)
        return
    acts: dict[str, Callable[..., object]] = {
        "block": blocks.block_card,
        "unblock": blocks.unblock_card,
        "end": blocks.end_links_of,
    }
    check_reason(order)  # before anything is kept of a card that is not in use here
    card_id = LinkingDesk(visit.house).card_of(ticket, make=action == "block")
    acts[action](desk, card_id, order)


def _tried(visit: Visit, access: Access) -> _Shown:
    """What the rules of the form would do; only counted."""
    try:
        library = _rule_library(visit, access)
        policy = LinkPolicy(visit.house)
        rules = policy.rules(
            library,
            linking=_YES_NO.get(visit.form("linking")),
            approval=visit.form("approval") if visit.form("approval") in _APPROVALS else None,
            max_viewers=_number(visit, "max_viewers", 1000),
            handover_age=_number(visit, "handover_age", 100),
        )
        return _Shown(outcome=outcome_view(visit, policy.count(library, rules)))
    except (BadShape, Problem) as problem:
        return _Shown(problem=problem)


def _rule_library(visit: Visit, access: Access) -> str:
    library = visit.form("rules_library")
    if library not in {choice for choice, _title in _rule_libraries(visit, access)}:
        raise BadShape("rules_library", "unknown" if library else "missing")
    return library


def _number(visit: Visit, name: str, most: int) -> int | None:
    typed = visit.form(name).strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 5 and int(typed) <= most):
        raise BadShape(name, "bad_format")
    return int(typed)


def _rule_libraries(visit: Visit, access: Access) -> tuple[tuple[str, str], ...]:
    names = access.libraries(Permission.TRY_LINK_RULES, visit.house.libraries)
    return tuple((name, library_title(visit, name)) for name in names)


def _page(visit: Visit, access: Access, shown: _Shown) -> Response:
    say, problem = translations(visit.language).gettext, shown.problem
    names = access.libraries(Permission.BLOCK_LINKING, visit.house.gateway.states())
    finding = problem if visit.form("action") == "find" else None
    trying = problem if visit.form("action") == "try" else None
    return form_page(
        visit,
        "admin_linking.html",
        problem,
        section="admin",
        nav=admin_nav(visit, access, "admin_linking"),
        libraries=tuple(LibraryChoice(name, library_title(visit, name)) for name in names),
        library=needed_field(visit, "library", finding) if finding else Field(visit.form("library")),
        card_number=needed_field(visit, "card_number", finding) if finding else Field(),
        reason=needed_field(visit, "reason", finding) if finding else Field(),
        reasons=tuple((code, say(words)) for code, words in AUDIT_REASONS.items()),
        act_reason=field(visit, "act_reason", problem),
        account_reason=field(visit, "account_reason", problem),
        act_reasons=tuple((code, say(words)) for code, words in BLOCK_REASONS.items()),
        sight=shown.sight,
        outcome=shown.outcome,
        rule_libraries=_rule_libraries(visit, access),
        rules_library=field(visit, "rules_library", trying),
        linking=Field(visit.form("linking")),
        approval=Field(visit.form("approval")),
        max_viewers=field(visit, "max_viewers", trying),
        handover_age=field(visit, "handover_age", trying),
        at_field=isinstance(problem, Problem) and problem.field == "library",
    )
