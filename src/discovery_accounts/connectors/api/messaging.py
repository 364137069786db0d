"""Which messages the library sends, by what, how early (rules 8), and those it has sent."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from discovery_accounts.connectors.api.patrons import NotAPatron
from discovery_accounts.connectors.api.registering import ChangeRefused
from discovery_accounts.domain.messages import Channel, MessageKind


@dataclass(frozen=True, slots=True)
class MessageSetting:
    """How one kind of message comes. No channel: it does not.

    ``offered`` are the channels that may be chosen; an empty one means that the kind can't be changed.
    ``digest`` (several in one message) and ``days_ahead`` are ``None`` where the kind has no such choice.
    """

    kind: MessageKind
    channels: frozenset[Channel]
    offered: frozenset[Channel]
    digest: bool | None = None
    days_ahead: int | None = None
    most_days_ahead: int | None = None


@dataclass(frozen=True, slots=True)
class MessageChoice:
    """What a person chose for one kind; ``None`` leaves as it is."""

    kind: MessageKind
    channels: frozenset[Channel] | None = None
    digest: bool | None = None
    days_ahead: int | None = None


@runtime_checkable
class KeepsMessaging(Protocol):
    """``Capability.KEEP_MESSAGING``."""

    async def read_messaging(self, patron_id: str) -> tuple[MessageSetting, ...] | NotAPatron: ...

    async def change_messaging(
        self, patron_id: str, choices: tuple[MessageChoice, ...]
    ) -> tuple[MessageSetting, ...] | ChangeRefused | NotAPatron:
        """All of the choices, or none; what holds then. ``ChangeRefused.fields`` are kinds."""
        ...


@dataclass(frozen=True, slots=True)
class LibraryNotice:
    """A message that the library has sent or failed to send (``delivered`` false)."""

    notice_id: str
    sent_at: datetime | None
    subject: str | None = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)
    channel: Channel | None = None
    delivered: bool | None = None


@runtime_checkable
class ListsNotices(Protocol):
    """``Capability.LIST_NOTICES``: the newest first, as far back as the library keeps them."""

    async def list_notices(self, patron_id: str) -> tuple[LibraryNotice, ...] | NotAPatron: ...
