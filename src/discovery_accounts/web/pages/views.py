"""From records of the services to what templates are given."""

from collections.abc import Iterable, Sequence
from datetime import UTC, tzinfo

from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.domain.access import Action, Verdict, authorize
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.cards import CardState
from discovery_accounts.domain.due import days_until, urgency
from discovery_accounts.domain.last_day import last_day_of
from discovery_accounts.domain.native_id import write_native_id
from discovery_accounts.domain.standing import Standing
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.identities import Identities, Method
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.renewals import RenewalResult
from discovery_accounts.services.showing import CardReading
from discovery_accounts.web.pages.favourite_records import as_favourite
from discovery_accounts.web.pages.shapes import (
    CardView,
    Field,
    LibraryChoice,
    LoanView,
    RenewalView,
    SignInMethodView,
)
from discovery_accounts.web.visit import Visit

_ASK_PIN = {CardState.PIN_CHANGED, CardState.PIN_NEEDED}


def card_view(visit: Visit, reading: CardReading) -> CardView:
    return _card(visit, reading.card, reading.state, reading)


def plain_card(visit: Visit, card: AccountCard) -> CardView:
    """A card of which nothing was read just now."""
    return _card(visit, card, CardState.FRESH, None)


def _card(visit: Visit, card: AccountCard, state: CardState, reading: CardReading | None) -> CardView:
    return CardView(
        id=str(card.id),
        label=_label(visit, card),
        library=card.library,
        library_title=library_title(visit, card.library),
        number_last4=card.number_last4,
        relation=card.relation,
        holder=card.holder,
        state=state,
        standing=reading.standing if reading else None,
        blocks=reading.blocks if reading else (),
        expires_on=reading.expires_on if reading else None,
        scopes=card.shown_scopes,
        colour=card.colour,
        as_of=reading.as_of if reading else None,
        until=last_day_of(card.until, _zone(visit, card)),
        asks_pin=state in _ASK_PIN,
    )


def _zone(visit: Visit, card: AccountCard) -> tzinfo:
    library = visit.house.libraries.get(card.library)
    return UTC if library is None else library.timezone


def _label(visit: Visit, card: AccountCard) -> str:
    """The name given to the card; one still named after its library is so in the reader's language."""
    library = visit.house.libraries.get(card.library)
    if library is not None and card.label in {library.title(one) for one in visit.settings.languages}:
        return library.title(visit.language)
    return card.label


def sign_in_again(visit: Visit, return_to: str) -> str:
    """Where to sign in anew as at the last time: the same way, with the same library chosen."""
    actor = visit.signed_in
    query = {"return_to": return_to}
    login = visit.settings.login(actor.login_name or actor.login)
    if login is None:
        return visit.url("sign_in", _query=query)
    used = [one for one in Identities(visit.house).list(actor) if one.login == actor.login]
    if used and login.kind == "card":
        query["chosen"] = max(used, key=lambda method: method.last_used_at).issuer
    return visit.url("sign_in_with", login=login.name, _query=query)


def method_view(visit: Visit, method: Method) -> SignInMethodView:
    login = visit.settings.login(method.login_name or "")
    title = visit.login_title(login) if login and method.login != "card" else None
    return SignInMethodView(
        str(method.id),
        method.login,
        title or library_title(visit, method.issuer),
        method.number_last4,
        method.shown_as,
        method.last_used_at,
        method.current,
    )


def libraries_of(readings: Iterable[CardReading]) -> tuple[str, ...]:
    """The libraries that a page with these cards is about."""
    return tuple(dict.fromkeys(reading.card.library for reading in readings))


def library_title(visit: Visit, name: str) -> str:
    library = visit.house.libraries.get(name)
    return library.title(visit.language) if library else name


def library_choices(visit: Visit) -> tuple[LibraryChoice, ...]:
    """Every configured library in the order of the settings; faulty ones last, not to be chosen."""
    good: Iterable[LibrarySettings] = visit.house.libraries.values()
    choices = [LibraryChoice(library.name, library.title(visit.language)) for library in good]
    faulty = [name for name in visit.house.gateway.states() if name not in visit.house.libraries]
    return (*choices, *(LibraryChoice(name, name, available=False) for name in faulty))


def chosen_library(visit: Visit) -> str:
    """The library of a posted form. Raises ``BadShape`` when none was chosen."""
    if not visit.form("library"):
        raise BadShape("library", "missing")
    return visit.form("library")


def loan_views(visit: Visit, readings: Sequence[CardReading]) -> tuple[LoanView, ...]:
    """All loans of all cards, what is due first first."""
    views = [view for reading in readings for view in _loans_of(visit, reading)]
    return tuple(sorted(views, key=lambda view: (view.due_at, view.title or "")))


def _loans_of(visit: Visit, reading: CardReading) -> Iterable[LoanView]:
    card = card_view(visit, reading)
    allowed = authorize(reading.card.access, Action.RENEW, visit.now) is Verdict.ALLOWED
    for loan in reading.loans or ():
        yield LoanView(
            id=write_native_id(reading.card.id, loan.loan_id),
            card=card,
            title=loan.title,
            author=loan.author,
            due_at=loan.due_at,
            urgency=urgency(loan.due_at, visit.now),
            days=days_until(loan.due_at, visit.now),
            renewals=loan.renewals,
            renewable=loan.renewable,
            not_renewable_because=_why_not(reading.card, loan.not_renewable_because),
            may_renew=allowed and reading.state is CardState.FRESH,
            record=as_favourite(reading.card.library, loan),
        )


def _why_not(card: AccountCard, reason: str | None) -> str | None:
    """What the library gave as reason; where it gave none, what it says of the card is one."""
    if reason in {None, "library_says_no"} and card.standing in {Standing.BLOCKED, Standing.EXPIRED}:
        return f"card_{card.standing}"
    return reason


def renewal_view(visit: Visit, result: RenewalResult) -> RenewalView:
    card = plain_card(visit, result.card) if result.card else None
    return RenewalView(result.title, card, result.renewed, result.due_at, result.code)


def field(visit: Visit, name: str, problem: BadShape | Problem | None = None) -> Field:
    """What was typed, with what is wrong with it. Never use it for a PIN's value: see ``pin_field``."""
    return Field(visit.form(name), _error(name, problem))


def typed_code(visit: Visit) -> str:
    """The code of a posted form. Raises ``BadShape`` when none was typed."""
    if not visit.form("code").strip():
        raise BadShape("code", "missing")
    return visit.form("code")


def pin_field(problem: BadShape | Problem | None = None) -> Field:
    return Field("", _error("pin", problem))


def needed_field(visit: Visit, name: str, problem: BadShape | Problem | None) -> Field:
    """``field`` of a form that comes back for its shape: what was left empty is told all at once."""
    value = "" if name == "pin" else visit.form(name)
    error = _error(name, problem)
    if error is None and isinstance(problem, BadShape) and not visit.form(name).strip():
        error = f"{name}.missing"
    return Field(value, error)


def _error(name: str, problem: BadShape | Problem | None) -> str | None:
    if problem is None or problem.field != name:
        return None
    code = problem.code
    if isinstance(problem, Problem):
        code = {Code.UNKNOWN_LIBRARY: "unknown", Code.LIBRARY_UNAVAILABLE: "unavailable"}.get(
            problem.code, ""
        )
        return f"{name}.{code}" if code else None
    return f"{name}.{code}"
