"""Which messages a Koha patron gets, by the discovery plugin."""

from collections.abc import Mapping
from typing import Any

from discovery_accounts.connectors.api import (
    ChangeRefused,
    MessageChoice,
    MessageSetting,
    NotAPatron,
)
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.errors import read_fault
from discovery_accounts.connectors.koha.fields import KohaFields
from discovery_accounts.connectors.koha.plugin import PATRONS, Plugin, nobody
from discovery_accounts.connectors.transport import HttpAnswer
from discovery_accounts.domain.messages import Channel, MessageKind

KINDS = {
    "Item_Due": MessageKind.DUE,
    "Advance_Notice": MessageKind.ADVANCE_NOTICE,
    "Hold_Filled": MessageKind.HOLD_READY,
    "Item_Check_in": MessageKind.CHECKIN,
    "Item_Checkout": MessageKind.CHECKOUT,
    "Auto_Renewals": MessageKind.RENEWAL,
    "Patron_Expiry": MessageKind.CARD_EXPIRES,
}
"""Koha's kinds that we have words for; others are neither shown nor touched."""

_NAMES = {kind: name for name, kind in KINDS.items()}
_CHANNELS = {"email": Channel.EMAIL, "sms": Channel.SMS, "print": Channel.PRINT}
_MOST_DAYS = 30

Row = dict[str, Any]


class Messaging:
    """Reads and writes the choices."""

    def __init__(self, client: KohaClient, plugin: Plugin) -> None:
        self._client = client
        self._plugin = plugin

    async def read(self, patron_id: str) -> tuple[MessageSetting, ...] | NotAPatron:
        """See ``KeepsMessaging``. One call."""
        told = await self._told(patron_id)
        return told if isinstance(told, NotAPatron) else _settings(told)

    async def change(
        self, patron_id: str, choices: tuple[MessageChoice, ...]
    ) -> tuple[MessageSetting, ...] | ChangeRefused | NotAPatron:
        """See ``KeepsMessaging``. Two calls, because what is not sent along with a kind is lost.

        The plugin writes kind after kind and stops at one it refuses, so those before are put back.
        """
        told = await self._told(patron_id)
        if isinstance(told, NotAPatron):
            return told
        now = {one.kind: one for one in _settings(told)}
        refused = tuple(str(one.kind) for one in choices if not _possible(one, now.get(one.kind)))
        if refused:
            return ChangeRefused(refused)
        names = [_NAMES[one.kind] for one in choices]
        if not names:
            return tuple(now.values())
        answer = await self._put(patron_id, {_NAMES[one.kind]: _row(told, one) for one in choices})
        if answer.status == 200:
            return _settings(KohaFields(answer.json(), "messaging_preferences"))
        fault = read_fault(answer)
        if fault.status != 400 or not fault.text:
            return nobody(fault, "changing messaging preferences")
        if len(names) > 1:
            before = await self._put(patron_id, {name: _row(told, None, name) for name in names})
            if before.status != 200:
                raise read_fault(before).as_error("putting messaging preferences back")
        return ChangeRefused(tuple(str(one.kind) for one in choices))

    async def _put(self, patron_id: str, body: Mapping[str, Row]) -> HttpAnswer:
        return await self._client.act("PUT", f"{PATRONS}/{patron_id}/messaging_preferences", dict(body))

    async def _told(self, patron_id: str) -> KohaFields | NotAPatron:
        fields = await self._plugin.patron(patron_id, "query_messaging_preferences")
        return fields if isinstance(fields, NotAPatron) else fields.inner("messaging_preferences")


def _settings(told: KohaFields) -> tuple[MessageSetting, ...]:
    return tuple(_setting(kind, told.inner(name)) for name, kind in KINDS.items() if name in told.names)


def _setting(kind: MessageKind, row: KohaFields) -> MessageSetting:
    offered = row.inner("transport_types")
    digest, days = row.inner("digest"), row.inner("days_in_advance")
    ahead = bool(days.flag("configurable"))
    return MessageSetting(
        kind,
        channels=frozenset(channel for name, channel in _CHANNELS.items() if offered.flag(name)),
        offered=frozenset(channel for name, channel in _CHANNELS.items() if offered.flag(name) is not None),
        digest=bool(digest.flag("value")) if digest.flag("configurable") else None,
        days_ahead=days.number("value") if ahead else None,
        most_days_ahead=_MOST_DAYS if ahead else None,
    )


def _possible(choice: MessageChoice, now: MessageSetting | None) -> bool:
    """Whether the library offers that choice at all."""
    if now is None or not now.offered:
        return False
    days = choice.days_ahead
    return (
        (choice.channels is None or choice.channels <= now.offered)
        and (choice.digest is None or now.digest is not None)
        and (days is None or (now.most_days_ahead is not None and 0 <= days <= now.most_days_ahead))
    )


def _row(told: KohaFields, choice: MessageChoice | None, name: str = "") -> Row:
    """The whole of one kind as the plugin wants it: what is chosen, and the rest as it is; channels that
    we don't know too."""
    row = told.inner(name if choice is None else _NAMES[choice.kind])
    ways = {one: bool(row.inner("transport_types").flag(one)) for one in row.inner("transport_types").names}
    digest, days = row.inner("digest").flag("value"), row.inner("days_in_advance").number("value")
    if choice is not None:
        if choice.channels is not None:
            ways |= {one: way in choice.channels for one, way in _CHANNELS.items() if one in ways}
        digest = digest if choice.digest is None else choice.digest
        days = days if choice.days_ahead is None else choice.days_ahead
    body: Row = {"transport_types": ways, "digest": {"value": bool(digest)}}
    if days is not None:
        body["days_in_advance"] = {"value": days}
    return body
