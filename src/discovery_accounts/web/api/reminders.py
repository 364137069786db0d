"""``/reminders``: one mail for all cards, whether and when it comes, and of which cards."""

from typing import Any

from pyramid.response import Response

from discovery_accounts.services.digest_settings import CardChoice, Reminders, ReminderSettings, Wish
from discovery_accounts.web.api.answers import answer, utc
from discovery_accounts.web.api.asked import card_id
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    return answer(_reminders(ReminderSettings(visit.house).read(visit.signed_in)))


def change(visit: Visit) -> Response:
    """What is not named stays as it is."""
    settings = ReminderSettings(visit.house)
    now, body = settings.read(visit.signed_in), visit.body
    wish = Wish(
        on=body["on"],
        hour=body.get("hour", now.hour),
        quiet_from=body.get("quiet_from", now.quiet_from),
        quiet_until=body.get("quiet_until", now.quiet_until),
        titles=body.get("titles", now.titles),
        days={card_id(one["card"]): one["days_ahead"] for one in body.get("cards", ())},
    )
    settings.save(visit.signed_in, wish)
    return answer(_reminders(settings.read(visit.signed_in)))


def _reminders(found: Reminders) -> dict[str, Any]:
    return {
        "on": found.on,
        "hour": found.hour,
        "quiet_from": found.quiet_from,
        "quiet_until": found.quiet_until,
        "titles": found.titles,
        "timezone": found.timezone,
        "next_at": utc(found.next_at),
        "address": found.address,
        "cards": [_card(one) for one in found.cards],
    }


def _card(one: CardChoice) -> dict[str, Any]:
    return {
        "card": str(one.card.id),
        "days_ahead": one.days_ahead,
        "because": one.because.value if one.because else None,
    }
