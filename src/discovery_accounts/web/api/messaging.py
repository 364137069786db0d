"""``/messaging``, ``/notices`` and ``/suggestions``: what is written between a person and their libraries."""

from datetime import UTC
from typing import Any

from pyramid.response import Response

from discovery_accounts.connectors.api import MessageChoice, MessageSetting, NewSuggestion
from discovery_accounts.domain.messages import Channel, MessageKind
from discovery_accounts.services.acts import NOT_ANSWERED
from discovery_accounts.services.letter_subjects import subject_of
from discovery_accounts.services.messaging import REFUSED, Messaging
from discovery_accounts.services.notices_sent import NoticesSent
from discovery_accounts.services.own_cards import CardPart
from discovery_accounts.services.problems import Code
from discovery_accounts.services.suggestions import Suggestions
from discovery_accounts.web.api.answers import answer, day, utc
from discovery_accounts.web.api.asked import card_id
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit

NOT_TAKEN = "suggestion_not_taken"


def show_messaging(visit: Visit) -> Response:
    parts = Messaging(visit.house).read_all(visit.signed_in)
    messaging = [_messaging(part.card.id, part.told) for part in parts if part.told is not None]
    return answer({"messaging": messaging, "cards": _cards(parts)})


def change_messaging(visit: Visit) -> Response:
    """The choices for one card; kinds that are not named stay as they are."""
    choices = tuple(_choice(one) for one in visit.body["settings"])
    result = Messaging(visit.house).change(visit.signed_in, card_id(visit.body["card"]), choices)
    if result.code == REFUSED:
        errors = tuple((kind.value, REFUSED) for kind in result.refused)
        raise Refusal(422, Code.INVALID_VALUE, field="settings", errors=errors)
    body = {
        "code": result.code,
        "messaging": [] if result.settings is None else [_messaging(result.card.id, result.settings)],
    }
    return answer(body, 200 if result.done else 202)


def list_notices(visit: Visit) -> Response:
    sent = NoticesSent(visit.house).read(visit.signed_in)
    notices = [
        {
            "card": str(part.card.id),
            "sent_at": utc(one.sent_at.astimezone(UTC)) if one.sent_at else None,
            "subject": one.subject,
            "text": one.text,
            "channel": one.channel.value if one.channel else None,
            "delivered": one.delivered,
        }
        for part in sent.libraries
        for one in part.told or ()
    ]
    notices += [
        {
            "card": None,
            "sent_at": utc(one.at),
            "subject": subject_of(visit.language, one.kind),
            "text": None,
            "channel": one.channel,
            "delivered": {"sent": True, "failed": False}.get(one.state),
        }
        for one in sent.ours
    ]
    notices.sort(key=lambda notice: str(notice["sent_at"] or ""), reverse=True)
    return answer({"notices": notices, "cards": _cards(sent.libraries)})


def list_suggestions(visit: Visit) -> Response:
    parts = Suggestions(visit.house).read_all(visit.signed_in)
    suggestions = [
        {
            "id": one.suggestion_id,
            "card": str(part.card.id),
            "title": one.title,
            "author": one.author,
            "state": one.state.value,
            "suggested_at": day(one.suggested_on),
            "reason": one.reason,
        }
        for part in parts
        for one in part.told or ()
    ]
    return answer({"suggestions": suggestions, "cards": _cards(parts)})


def suggest(visit: Visit) -> Response:
    told = {name: value for name, value in visit.body.items() if name != "card"}
    card = card_id(visit.body["card"])
    result = Suggestions(visit.house).suggest(visit.signed_in, card, NewSuggestion(**told))
    if not result.done and result.code != NOT_ANSWERED:
        errors = tuple((name, "missing") for name in result.fields)
        raise Refusal(409, NOT_TAKEN, reason=result.code, errors=errors)
    body = {"id": result.suggestion_id, "card": str(result.card.id), "code": result.code}
    return answer(body, 201 if result.done else 202)


def _choice(told: dict[str, Any]) -> MessageChoice:
    channels = frozenset(Channel(one) for one in told["channels"]) if "channels" in told else None
    return MessageChoice(MessageKind(told["kind"]), channels, told.get("digest"), told.get("days_ahead"))


def _messaging(card: object, settings: tuple[MessageSetting, ...]) -> dict[str, Any]:
    return {"card": str(card), "settings": [_setting(one) for one in settings]}


def _setting(setting: MessageSetting) -> dict[str, Any]:
    return {
        "kind": setting.kind.value,
        "channels": [one.value for one in Channel if one in setting.channels],
        "offered": [one.value for one in Channel if one in setting.offered],
        "digest": setting.digest,
        "days_ahead": setting.days_ahead,
        "most_days_ahead": setting.most_days_ahead,
    }


def _cards(parts: tuple[CardPart[Any], ...]) -> list[dict[str, Any]]:
    """What became of each of one's own cards: told, or the code of why not."""
    return [
        {"card": str(part.card.id), "code": part.because.value if part.because is not None else None}
        for part in parts
    ]
