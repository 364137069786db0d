"""What a connector may be able to do, and the connector itself."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol, runtime_checkable


class Capability(StrEnum):
    """What a connector may be able to do; what it can't is declared, never a surprise."""

    VERIFY_PATRON = "verify_patron"
    READ_PATRON = "read_patron"
    LIST_LOANS = "list_loans"
    ASK_RENEWABILITY = "ask_renewability"
    RENEW_LOANS = "renew_loans"
    FIND_PATRONS = "find_patrons"
    MAKE_PATRONS = "make_patrons"
    CHANGE_PATRONS = "change_patrons"
    REMOVE_PATRONS = "remove_patrons"
    LIST_HOLDS = "list_holds"
    PLACE_HOLDS = "place_holds"
    CANCEL_HOLDS = "cancel_holds"
    CHANGE_PICKUP = "change_pickup"
    SUSPEND_HOLDS = "suspend_holds"
    LIST_FEES = "list_fees"
    LIST_PAYMENTS = "list_payments"
    LIST_HISTORY = "list_history"
    SWITCH_HISTORY = "switch_history"
    DELETE_HISTORY = "delete_history"
    READ_PROFILE = "read_profile"
    CHANGE_CONTACT = "change_contact"
    CHANGE_PIN = "change_pin"
    RECOVER_PIN = "recover_pin"
    KEEP_MESSAGING = "keep_messaging"
    LIST_NOTICES = "list_notices"
    READ_FAMILY = "read_family"
    RENEW_CARD = "renew_card"
    SUGGEST_PURCHASES = "suggest_purchases"
    HEAR_NEWS = "hear_news"


@runtime_checkable
class Connector(Protocol):
    """The voice of one configured library.

    ``capabilities`` is what it can do, ``absent`` gives every other :class:`Capability` with a
    reason in plain words (English, for IT).
    """

    @property
    def capabilities(self) -> frozenset[Capability]: ...

    @property
    def absent(self) -> Mapping[Capability, str]: ...

    async def close(self) -> None: ...
