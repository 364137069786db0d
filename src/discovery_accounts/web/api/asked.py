"""What the query of a call, or of a page with a list, asks for."""

import uuid

from discovery_accounts.services.problems import Code
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit


def asked_cards(visit: Visit) -> set[uuid.UUID] | None:
    """The cards that a list is asked of; ``None`` for all."""
    asked = [text for text in visit.request.GET.getall("card") if text]
    return {card_id(text) for text in asked} if asked else None


def asked_card(visit: Visit) -> uuid.UUID:
    """The one card that a call is about."""
    return card_id(visit.request.GET.get("card", ""))


def asks_anew(visit: Visit) -> bool:
    """Whether what is kept of the last answers is to be passed by."""
    return bool(visit.request.GET.get("refresh") == "1")


def card_id(text: str) -> uuid.UUID:
    """What is no id is nobody's card."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Refusal(404, Code.NO_SUCH_CARD) from None
