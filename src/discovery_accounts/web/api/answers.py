"""From records of the services to JSON, with the names of the interface."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pyramid.response import Response

from discovery_accounts.domain.money import Money
from discovery_accounts.services.accounts import AccountInfo
from discovery_accounts.services.identities import Method
from discovery_accounts.services.sessions import SessionInfo
from discovery_accounts.services.showing import CardReading
from discovery_accounts.web.pages.views import library_title
from discovery_accounts.web.visit import Visit
from discovery_accounts.web.words import Words


def answer(body: Mapping[str, Any], status: int = 200) -> Response:
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(data, status=status, content_type="application/json", charset="utf-8")


def nothing() -> Response:
    """204: done, and nothing to say."""
    response = Response(status=204)
    del response.content_type
    return response


def utc(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC, to the second."""
    if moment is None:
        return None
    text = moment.isoformat(timespec="seconds")
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def day(date_: date | None) -> str | None:
    """A day as ``2026-11-30``."""
    return None if date_ is None else date_.isoformat()


def local(moment: datetime | None) -> str | None:
    """RFC 3339 with the offset that the date carries: the library's own."""
    return None if moment is None else moment.isoformat(timespec="seconds")


def money_json(amount: Money) -> dict[str, Any]:
    return {"amount_minor": amount.amount_minor, "currency": amount.currency}


def state_json(reading: CardReading) -> dict[str, Any]:
    """How fresh what is listed of a card is."""
    return {
        "card": str(reading.card.id),
        "state": reading.state.value,
        "standing": reading.standing.value if reading.standing else None,
        "as_of": utc(reading.as_of),
    }


def account_json(info: AccountInfo, methods: tuple[Method, ...]) -> dict[str, Any]:
    return {
        "id": str(info.id),
        "created_at": utc(info.created_at),
        "last_sign_in_at": utc(info.last_sign_in_at),
        "name": info.name,
        "language": info.language,
        "email": info.email,
        "email_source": info.email_source,
        "email_verified": info.email_verified,
        "pending_email": info.pending_email,
        "masked": info.masked,
        "sign_in_methods": [
            {
                "login": method.login,
                "issuer": method.issuer,
                "number_last4": method.number_last4,
                "last_used_at": utc(method.last_used_at),
            }
            for method in methods
        ],
    }


def session_json(session: SessionInfo) -> dict[str, Any]:
    return {
        "id": str(session.id),
        "kind": session.kind,
        "browser": session.browser,
        "created_at": utc(session.created_at),
        "last_seen_at": utc(session.last_seen_at),
        "current": session.current,
    }


def card_json(visit: Visit, reading: CardReading) -> dict[str, Any]:
    card = reading.card
    words = Words(visit.language)
    return {
        "id": str(card.id),
        "library": card.library,
        "library_title": library_title(visit, card.library),
        "label": card.label,
        "number_last4": card.number_last4 or None,
        "relation": card.relation.value,
        "holder": card.holder,
        "state": reading.state.value,
        "standing": reading.standing.value if reading.standing else None,
        "reasons": [words.block(block) for block in reading.blocks],
        "reason_codes": [block.code.value for block in reading.blocks],
        "expires_at": reading.expires_on.isoformat() if reading.expires_on else None,
        "as_of": utc(reading.as_of),
        "scopes": [scope.value for scope in card.shown_scopes],
        "until": utc(card.until),
        "colour": card.colour,
        "linking_allowed": not card.linking_refused if card.holder else None,
    }
