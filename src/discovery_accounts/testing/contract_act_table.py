"""Everything a person may do at a library, each as one act that the library would take."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from discovery_accounts.connectors.api import (
    Capability,
    ContactChanges,
    ContactField,
    HistoryKeeping,
    MessageChoice,
    MessageSetting,
    NewHold,
    NewSuggestion,
    PatronProfile,
    PatronRef,
    PickupLocation,
)
from discovery_accounts.testing.connector_world import ConnectorWorld, WorldPatron
from discovery_accounts.testing.contract_base import ContractBase

Question = Callable[[Any, str], Awaitable[Any]]
"""Does it for the patron of that id."""

# Strange enough to be found wherever they were left.
CANARY_PIN = "canary-7351-pin"
CANARY_EMAIL = "canary-4821@secret.example"
CANARY_PHONE = "+358409137264"
CANARY_NOTE = "canary note 5930"


@dataclass(frozen=True, slots=True)
class Act:
    """``prepare`` makes the patron somebody who may do it now, and gives how it is done. ``needs`` are
    methods of the world."""

    name: str
    capability: Capability
    prepare: Callable[[ContractBase, ConnectorWorld, WorldPatron], Question]
    needs: tuple[str, ...] = ()


def first_pickup(places: object) -> str:
    """The first place to fetch a hold."""
    assert isinstance(places, tuple)
    assert places
    assert all(isinstance(place, PickupLocation) for place in places)
    return str(places[0].location_id)


def new_hold(contract: ContractBase, world: ConnectorWorld, patron: WorldPatron) -> NewHold:
    """A hold that the library will take, with a note where it takes one."""
    target = world.holdable(patron)
    options = contract.ask(world, lambda connector: connector.hold_options(patron.patron_id, target))
    pickup = options.default_pickup or first_pickup(options.pickups)
    return NewHold(target, pickup, note=CANARY_NOTE if options.takes_note else None)


def other_choice(setting: MessageSetting) -> MessageChoice:
    """One channel more or one fewer than now, of those offered."""
    channel = min(setting.offered)
    return MessageChoice(setting.kind, setting.channels & setting.offered ^ {channel})


def other_contact(profile: object) -> ContactChanges:
    """Another address or number, whichever may be changed."""
    assert isinstance(profile, PatronProfile)
    if ContactField.EMAIL in profile.editable:
        return ContactChanges(email=CANARY_EMAIL)
    return ContactChanges(phone=CANARY_PHONE)


def _placing(contract: ContractBase, world: ConnectorWorld, patron: WorldPatron) -> Question:
    hold = new_hold(contract, world, patron)
    return lambda connector, patron_id: connector.place_hold(patron_id, hold)


def _cancelling(contract: ContractBase, world: ConnectorWorld, patron: WorldPatron) -> Question:
    hold_id = world.give_hold(patron)
    return lambda connector, patron_id: connector.cancel_hold(patron_id, hold_id)


def _moving(contract: ContractBase, world: ConnectorWorld, patron: WorldPatron) -> Question:
    hold_id = world.give_hold(patron)
    places = contract.ask(world, lambda connector: connector.pickup_locations(patron.patron_id, hold_id))
    place = first_pickup(places[-1:])
    return lambda connector, patron_id: connector.change_pickup(patron_id, hold_id, place)


def _suspending(contract: ContractBase, world: ConnectorWorld, patron: WorldPatron) -> Question:
    hold_id = world.give_hold(patron)
    return lambda connector, patron_id: connector.suspend_hold(patron_id, hold_id, None)


def _resuming(contract: ContractBase, world: ConnectorWorld, patron: WorldPatron) -> Question:
    hold_id = world.give_hold(patron)
    contract.ask(world, lambda connector: connector.suspend_hold(patron.patron_id, hold_id, None))
    return lambda connector, patron_id: connector.resume_hold(patron_id, hold_id)


def _keeping(contract: ContractBase, world: ConnectorWorld, patron: WorldPatron) -> Question:
    async def look(connector: Any) -> HistoryKeeping:
        now = await connector.history_keeping(patron.patron_id)
        choices: tuple[HistoryKeeping, ...] = connector.history_choices
        return next(one for one in choices if one is not now)

    other = contract.ask(world, look)
    return lambda connector, patron_id: connector.keep_history(patron_id, other)


def _forgetting(contract: ContractBase, world: ConnectorWorld, patron: WorldPatron) -> Question:
    world.give_past_loans(patron, 2)
    return lambda connector, patron_id: connector.delete_history(patron_id)


def _contact(contract: ContractBase, world: ConnectorWorld, patron: WorldPatron) -> Question:
    changes = ContactChanges(email=CANARY_EMAIL)
    if Capability.READ_PROFILE in contract.able(world):
        changes = other_contact(contract.ask(world, lambda c: c.read_profile(patron.patron_id)))
    return lambda connector, patron_id: connector.change_contact(patron_id, changes)


def _new_pin(contract: ContractBase, world: ConnectorWorld, patron: WorldPatron) -> Question:
    world.change_pin(patron, CANARY_PIN)
    return lambda connector, patron_id: connector.change_pin(
        PatronRef(patron_id, patron.card_number), CANARY_PIN, world.new_pin
    )


def _set_pin(contract: ContractBase, world: ConnectorWorld, patron: WorldPatron) -> Question:
    return lambda connector, patron_id: connector.set_pin(patron_id, world.new_pin)


def _messages(contract: ContractBase, world: ConnectorWorld, patron: WorldPatron) -> Question:
    settings = contract.ask(world, lambda connector: connector.read_messaging(patron.patron_id))
    choice = other_choice(next(setting for setting in settings if setting.offered))
    return lambda connector, patron_id: connector.change_messaging(patron_id, (choice,))


def _card_renewal(contract: ContractBase, world: ConnectorWorld, patron: WorldPatron) -> Question:
    world.let_card_end(patron)

    def renew(connector: Any, patron_id: str) -> Awaitable[Any]:
        pin = patron.pin if connector.card_renewal_needs_pin else None
        done: Awaitable[Any] = connector.renew_card(PatronRef(patron_id, patron.card_number), pin)
        return done

    return renew


def _suggesting(contract: ContractBase, world: ConnectorWorld, patron: WorldPatron) -> Question:
    wish = NewSuggestion("A history of small libraries", "Reader, A.", "Press", 2020, note=CANARY_NOTE)
    return lambda connector, patron_id: connector.suggest(patron_id, wish)


def _options(contract: ContractBase, world: ConnectorWorld, patron: WorldPatron) -> Question:
    target = world.holdable(patron)
    return lambda connector, patron_id: connector.hold_options(patron_id, target)


def _places(contract: ContractBase, world: ConnectorWorld, patron: WorldPatron) -> Question:
    hold_id = world.give_hold(patron)
    return lambda connector, patron_id: connector.pickup_locations(patron_id, hold_id)


def _card_terms(contract: ContractBase, world: ConnectorWorld, patron: WorldPatron) -> Question:
    world.let_card_end(patron)

    def look(connector: Any, patron_id: str) -> Awaitable[Any]:
        pin = patron.pin if connector.card_renewal_needs_pin else None
        found: Awaitable[Any] = connector.card_terms(PatronRef(patron_id, patron.card_number), pin)
        return found

    return look


LOOKS = (
    Act("hold_options", Capability.PLACE_HOLDS, _options, ("holdable",)),
    Act("pickup_locations", Capability.CHANGE_PICKUP, _places, ("give_hold",)),
    Act("card_terms", Capability.RENEW_CARD, _card_terms, ("let_card_end",)),
)
"""What is asked before an act; it changes nothing."""

ACTS = (
    Act("place_hold", Capability.PLACE_HOLDS, _placing, ("holdable",)),
    Act("cancel_hold", Capability.CANCEL_HOLDS, _cancelling, ("give_hold",)),
    Act("change_pickup", Capability.CHANGE_PICKUP, _moving, ("give_hold",)),
    Act("suspend_hold", Capability.SUSPEND_HOLDS, _suspending, ("give_hold",)),
    Act("resume_hold", Capability.SUSPEND_HOLDS, _resuming, ("give_hold",)),
    Act("keep_history", Capability.SWITCH_HISTORY, _keeping),
    Act("delete_history", Capability.DELETE_HISTORY, _forgetting, ("give_past_loans",)),
    Act("change_contact", Capability.CHANGE_CONTACT, _contact),
    Act("change_pin", Capability.CHANGE_PIN, _new_pin, ("change_pin", "new_pin")),
    Act("set_pin", Capability.RECOVER_PIN, _set_pin, ("new_pin",)),
    Act("change_messaging", Capability.KEEP_MESSAGING, _messages),
    Act("renew_card", Capability.RENEW_CARD, _card_renewal, ("let_card_end",)),
    Act("suggest", Capability.SUGGEST_PURCHASES, _suggesting),
)
