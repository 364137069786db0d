"""``/account/reminders``: one mail for all cards; and where a link in such a mail ends them."""

from dataclasses import dataclass

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.digest import HOURS, MOST_DAYS_AHEAD
from discovery_accounts.services.digest_settings import (
    DEFAULT_DAYS,
    CardChoice,
    Reminders,
    ReminderSettings,
    Wish,
)
from discovery_accounts.services.problems import Code
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.shapes import CardView, Field
from discovery_accounts.web.pages.views import field, plain_card
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit

_OFFERED_DAYS = (0, 1, 2, 3, 4, 5, 7, 10, 14, 21, 30)
_NOWHERE = -1  # what is no number is out of every range, and told of at its field


@dataclass(frozen=True, slots=True)
class CardDays:
    """``days`` is what is chosen, ``None`` for not at all; ``because`` a code with words in ``words``."""

    card: CardView
    name: str
    days: int | None
    offered: tuple[int, ...]
    because: str | None


def show(visit: Visit) -> Response:
    return _page(visit, ReminderSettings(visit.house).read(visit.signed_in), None)


def save(visit: Visit) -> Response:
    settings = ReminderSettings(visit.house)
    now = settings.read(visit.signed_in)
    wish = Wish(
        on=visit.form("on") == "yes",
        hour=_number(visit.form("hour"), 23) if visit.form("hour") else now.hour,
        quiet_from=_maybe(visit, "quiet_from", 23),
        quiet_until=_maybe(visit, "quiet_until", 23),
        titles=visit.form("titles") == "yes",
        days={
            one.card.id: _maybe(visit, _name(one), MOST_DAYS_AHEAD)
            for one in now.cards
            if _name(one) in visit.request.POST
        },
    )
    try:
        settings.save(visit.signed_in, wish)
    except BadShape as problem:
        return _page(visit, now, problem, wish)
    return visit.redirect(visit.url("reminders"), "reminders_on" if wish.on else "reminders_off")


def show_stop(visit: Visit) -> Response:
    """What the link in a mail opens: a form, because looking must change nothing (checklist A2)."""
    if not ReminderSettings(visit.house).knows(visit.request.matchdict["token"]):
        raise Refusal(404, Code.NOT_FOUND)
    return _stop_page(visit, done=False)


def stop(visit: Visit) -> Response:
    """By the button of that page, or by a mail program on its own (RFC 8058)."""
    if not ReminderSettings(visit.house).stop(
        visit.request.matchdict["token"], alerts=_tells_of_alerts(visit)
    ):
        raise Refusal(404, Code.NOT_FOUND)
    return _stop_page(visit, done=True)


def _stop_page(visit: Visit, *, done: bool) -> Response:
    response = visit.render(
        "reminders_stop.html", section="account", done=done, alerts=_tells_of_alerts(visit)
    )
    response.headers["Referrer-Policy"] = "no-referrer"  # the address of this page is a secret
    return response


def _tells_of_alerts(visit: Visit) -> bool:
    """Whether the mail that was opened told of alerts, too: then those are ended with the reminders."""
    return bool(visit.request.GET.get("alerts") == "too")


def _page(visit: Visit, now: Reminders, problem: BadShape | None, wish: Wish | None = None) -> Response:
    return form_page(
        visit,
        "reminders.html",
        problem,
        section="account",
        reminders=now,
        on=wish.on if wish else now.on,
        titles=wish.titles if wish else now.titles,
        on_field=field(visit, "on", problem),
        hour=_field(visit, "hour", str(now.hour), problem),
        quiet_from=_field(visit, "quiet_from", _text(now.quiet_from), problem),
        quiet_until=_field(visit, "quiet_until", _text(now.quiet_until), problem),
        days_field=field(visit, "days_ahead", problem),
        hours=tuple(HOURS),
        cards=tuple(_card_days(visit, one, now, wish) for one in now.cards),
    )


def _card_days(visit: Visit, one: CardChoice, now: Reminders, wish: Wish | None) -> CardDays:
    days = one.days_ahead
    if wish is not None:
        days = wish.days.get(one.card.id, days)
    elif not now.chosen and one.because is None:
        days = DEFAULT_DAYS
    known = days is not None and 0 <= days <= MOST_DAYS_AHEAD
    offered = sorted({*_OFFERED_DAYS, *([days] if known and days is not None else [])})
    card = plain_card(visit, one.card)
    return CardDays(card, _name(one), days, tuple(offered), one.because.value if one.because else None)


def _name(one: CardChoice) -> str:
    return f"days.{one.card.id.hex}"


def _field(visit: Visit, name: str, value: str, problem: BadShape | None) -> Field:
    return field(visit, name, problem) if problem is not None else Field(value)


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _maybe(visit: Visit, name: str, most: int) -> int | None:
    typed = visit.form(name)
    return _number(typed, most) if typed else None


def _number(typed: str, most: int) -> int:
    fits = typed.isascii() and typed.isdigit() and len(typed) <= len(str(most))
    return int(typed) if fits else _NOWHERE
