"""A connector with one planted fault in a newer part of the contract does not pass either."""

import inspect
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from tests.contract.memory_world import MemoryWorld
from tests.contract.test_contract_catches import Faulty

from discovery_accounts.connectors.api import (
    Capability,
    CardRenewed,
    ContactChanged,
    ContactField,
    HistoryDeleted,
    HistoryKeeping,
    HoldChanged,
    HoldPlaced,
    LibraryError,
    NotHoldable,
    NotSuggested,
    PinChanged,
    TimedOut,
    Unreachable,
)
from discovery_accounts.testing.connector_contract import ConnectorContract
from discovery_accounts.testing.connector_world import Trouble
from discovery_accounts.testing.contract_act_table import ACTS, LOOKS
from discovery_accounts.testing.contract_base import ContractBase

C = ConnectorContract()
HOLDS = Capability.LIST_HOLDS
ACT = {act.name: act for act in ACTS}


class ShowsOneHoldOnly(Faulty):
    async def list_holds(self, patron_id):
        return (await self._inner.list_holds(patron_id))[1:]


class TakesSilenceForNoHolds(Faulty):
    async def list_holds(self, patron_id):
        try:
            return await self._inner.list_holds(patron_id)
        except LibraryError:
            return ()


class CancelsForAnybody(Faulty):
    async def cancel_hold(self, patron_id, hold_id):
        async with self._inner.library.gate.acting("cancel"):
            return HoldChanged(hold_id)


class SaysItsOwnWords(Faulty):
    async def place_hold(self, patron_id, hold):
        answer = await self._inner.place_hold(patron_id, hold)
        return NotHoldable("itemAlreadyOnHold") if isinstance(answer, NotHoldable) else answer


class PlacesTwiceToBeSure(Faulty):
    async def place_hold(self, patron_id, hold):
        try:
            return await self._inner.place_hold(patron_id, hold)
        except LibraryError:
            return await self._inner.place_hold(patron_id, hold)


class TakesALostAnswerForAYes(Faulty):
    async def place_hold(self, patron_id, hold):
        try:
            return await self._inner.place_hold(patron_id, hold)
        except LibraryError:
            return HoldPlaced()


class SaysThatNothingWasSent(Faulty):
    async def cancel_hold(self, patron_id, hold_id):
        try:
            return await self._inner.cancel_hold(patron_id, hold_id)
        except LibraryError:
            raise TimedOut(sent=False) from None


class ForgetsThePlace(Faulty):
    async def change_pickup(self, patron_id, hold_id, location_id):
        return HoldChanged(hold_id)


class SuspendsWithoutEnd(Faulty):
    async def suspend_hold(self, patron_id, hold_id, until):
        return await self._inner.suspend_hold(patron_id, hold_id, None)


class CountsWholeEuros(Faulty):
    async def list_fees(self, patron_id):
        fees = await self._inner.list_fees(patron_id)
        return tuple(
            replace(
                fee, outstanding=replace(fee.outstanding, amount_minor=fee.outstanding.amount_minor / 100)
            )
            for fee in fees
        )


class ShowsPaidFeesAsOpen(Faulty):
    async def list_fees(self, patron_id):
        return tuple(self._inner.library.people[patron_id].fees.values())


class ReadsTheFirstPageOfThePast(Faulty):
    async def list_history(self, patron_id, offset):
        return replace(await self._inner.list_history(patron_id, offset), next=None, total=None)


class KeepsWhatItSaidWasDeleted(Faulty):
    async def delete_history(self, patron_id):
        return HistoryDeleted(3)


class SwitchesNothing(Faulty):
    async def keep_history(self, patron_id, keeping):
        return HistoryKeeping.KEPT


class ChangesWhatIsNotThePortals(Faulty):
    async def change_contact(self, patron_id, changes):
        self._inner.library.people[patron_id].contact["country"] = changes.country
        return ContactChanged()


class ChangesTheRestAllTheSame(Faulty):
    async def change_contact(self, patron_id, changes):
        await self._inner.change_contact(patron_id, replace(changes, country=None))
        return await self._inner.change_contact(patron_id, changes)


class EmptiesWhatWasNotTold(Faulty):
    async def change_contact(self, patron_id, changes):
        return await self._inner.change_contact(patron_id, replace(changes, pickup_alias="", language="en"))


class AsksForNoOldPin(Faulty):
    async def change_pin(self, patron, old_pin, new_pin):
        return await self._inner.set_pin(patron.patron_id, new_pin)


class LooksAtTheCardOnly(Faulty):
    async def change_pin(self, patron, old_pin, new_pin):
        verdict = await self._inner.verify_patron(patron.card_number, old_pin)
        mine = replace(patron, patron_id=getattr(verdict, "patron_id", "nobody"))
        return await self._inner.change_pin(mine, old_pin, new_pin)


class TakesAnyPin(Faulty):
    async def set_pin(self, patron_id, new_pin):
        return PinChanged()


class ShowsTheNewPin(Faulty):
    async def set_pin(self, patron_id, new_pin):
        try:
            return await self._inner.set_pin(patron_id, new_pin)
        except LibraryError:
            raise Unreachable(f"could not set {new_pin}") from None


class ShowsTheAddress(Faulty):
    async def change_contact(self, patron_id, changes):
        try:
            return await self._inner.change_contact(patron_id, changes)
        except LibraryError:
            raise Unreachable(f"could not set {changes.email}") from None


class LosesTheChoice(Faulty):
    async def change_messaging(self, patron_id, choices):
        return await self._inner.read_messaging(patron_id)


class ChoosesWhatItCan(Faulty):
    async def change_messaging(self, patron_id, choices):
        for choice in choices:
            await self._inner.change_messaging(patron_id, (choice,))
        return await self._inner.change_messaging(patron_id, choices)


class ShowsOldNewsFirst(Faulty):
    async def list_notices(self, patron_id):
        return (await self._inner.list_notices(patron_id))[::-1]


class RenewsWhomeverItMeets(Faulty):
    async def renew_card(self, patron, pin):
        return CardRenewed()


class RenewsByAnyPin(Faulty):
    card_renewal_needs_pin = True


class TellsHalfTheFamily(Faulty):
    async def read_family(self, patron_id):
        return replace(await self._inner.read_family(patron_id), guarantees=())


class ShowsEverybodysSuggestions(Faulty):
    async def list_suggestions(self, patron_id):
        mine = await self._inner.list_suggestions(patron_id)
        people = self._inner.library.people.values()
        return tuple({*mine, *(one for person in people for one in person.suggestions.values())})


class SaysNoInItsOwnWords(Faulty):
    async def suggest(self, patron_id, suggestion):
        answer = await self._inner.suggest(patron_id, suggestion)
        return NotSuggested("no title") if isinstance(answer, NotSuggested) else answer


class BelievesEverything(Faulty):
    def news(self, headers, body):
        genuine, _ = self._inner.write_news("p101", "loans")
        return self._inner.news(genuine, b'{"patron": "p101", "kind": "loans"}')


class FallsOverAStrangeBody(Faulty):
    def news(self, headers, body):
        return self._inner.news({name: text.encode("ascii").decode() for name, text in headers.items()}, body)


class AnswersNoQuestion(Faulty):
    def challenge(self, params):
        return {"challenge": params.get("challenge", "")}


class ChangesWhileReading(Faulty):
    async def list_fees(self, patron_id):
        async with self._inner.library.gate.acting("seen"):
            return await self._inner.list_fees(patron_id)


def cut(world, name):
    C.test_what_may_have_been_done_is_told_and_never_sent_again(world, ACT[name], Trouble.CUTS_CONNECTIONS)


PLANTED = [
    (ShowsOneHoldOnly, C.test_every_hold_is_listed_once),
    (
        TakesSilenceForNoHolds,
        lambda w: C.test_trouble_is_never_something_to_read(w, HOLDS, Trouble.FAILS),
    ),
    (CancelsForAnybody, lambda w: C.test_a_strangers_hold_is_no_hold_and_nothing_is_sent(w, "cancel")),
    (CancelsForAnybody, C.test_a_cancelled_hold_is_gone_or_waits_for_staff),
    (SaysItsOwnWords, C.test_what_may_not_be_held_is_told_by_a_code),
    (PlacesTwiceToBeSure, lambda w: cut(w, "place_hold")),
    (TakesALostAnswerForAYes, lambda w: cut(w, "place_hold")),
    (SaysThatNothingWasSent, lambda w: cut(w, "cancel_hold")),
    (ForgetsThePlace, C.test_a_hold_can_be_fetched_elsewhere),
    (ForgetsThePlace, C.test_a_hold_is_not_moved_to_a_place_there_is_not),
    (SuspendsWithoutEnd, C.test_a_hold_can_rest_until_a_day_where_the_library_takes_one),
    (CountsWholeEuros, C.test_what_is_owed_is_listed_once_in_minor_units),
    (ShowsPaidFeesAsOpen, C.test_what_was_paid_is_open_no_more),
    (ReadsTheFirstPageOfThePast, C.test_every_past_loan_is_on_some_page_once),
    (KeepsWhatItSaidWasDeleted, C.test_history_ends_at_once_and_nothing_else_does),
    (SwitchesNothing, C.test_what_is_chosen_holds),
    (
        ChangesWhatIsNotThePortals,
        lambda w: C.test_what_may_be_changed_is_as_it_was_told(w, ContactField.COUNTRY),
    ),
    (ChangesTheRestAllTheSame, C.test_one_field_that_is_not_the_portals_keeps_all_as_they_are),
    (EmptiesWhatWasNotTold, C.test_what_was_not_told_stays),
    (AsksForNoOldPin, C.test_a_wrong_old_pin_changes_nothing),
    (LooksAtTheCardOnly, C.test_somebody_elses_card_and_pin_change_nobodys),
    (TakesAnyPin, lambda w: C.test_a_pin_that_does_not_do_is_told_by_a_code(w, Capability.RECOVER_PIN)),
    (TakesAnyPin, C.test_a_pin_can_be_set_for_who_forgot_it),
    (LosesTheChoice, C.test_what_is_chosen_holds_and_the_rest_stays),
    (ChoosesWhatItCan, C.test_a_kind_there_is_not_keeps_all_as_they_are),
    (ShowsOldNewsFirst, C.test_the_newest_message_comes_first_and_shows_nothing_by_itself),
    (RenewsWhomeverItMeets, C.test_a_card_that_can_not_be_renewed_is_told_by_a_code),
    (RenewsByAnyPin, C.test_a_wrong_pin_renews_no_card_where_one_is_asked_for),
    (TellsHalfTheFamily, C.test_a_family_is_told_from_both_sides),
    (ShowsEverybodysSuggestions, C.test_what_was_suggested_is_listed_once),
    (SaysNoInItsOwnWords, C.test_a_suggestion_without_a_title_is_not_taken),
    (BelievesEverything, C.test_news_without_the_right_signature_are_not_believed),
    (AnswersNoQuestion, C.test_no_question_needs_no_answer),
    (ChangesWhileReading, lambda w: C.test_reading_changes_nothing(w, Capability.LIST_FEES)),
]


def spoilt(faulty):
    world = MemoryWorld()
    connect = world.connect
    world.connect = lambda: faulty(connect())
    return world


@pytest.mark.parametrize(("faulty", "broken"), PLANTED, ids=lambda one: getattr(one, "__name__", ""))
def test_a_planted_fault_breaks_the_contract(faulty, broken):
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        broken(spoilt(faulty))


@pytest.mark.parametrize("broken", [broken for _, broken in PLANTED])
def test_without_the_fault_the_same_test_passes(broken):
    broken(MemoryWorld())


@pytest.mark.parametrize(
    ("faulty", "act"), [(ShowsTheNewPin, "set_pin"), (ShowsTheAddress, "change_contact")]
)
def test_a_failure_that_shows_what_was_told_breaks_the_contract(caplog, faulty, act):
    broken = C.test_trouble_is_never_an_answer_and_what_was_told_leaves_no_trace
    broken(MemoryWorld(), caplog, ACT[act], Trouble.FAILS)
    with pytest.raises(AssertionError):
        broken(spoilt(faulty), caplog, ACT[act], Trouble.FAILS)


def test_a_strange_header_that_is_not_expected_breaks_the_contract():
    with pytest.raises(UnicodeEncodeError):
        C.test_a_strange_body_never_breaks_anything(spoilt(FallsOverAStrangeBody), b"{}")


class MixingWorld(MemoryWorld):
    """When it mixes patrons up, its connector believes whatever it gets."""

    cannot: ClassVar = {}

    def make(self, trouble):
        pass

    def connect(self):
        return PassesOnAnybodysHolds(super().connect())


class PassesOnAnybodysHolds(Faulty):
    async def list_holds(self, patron_id):
        return await self._inner.list_holds("p102")

    async def cancel_hold(self, patron_id, hold_id):
        return await self._inner.cancel_hold("p103", hold_id)


def test_what_is_somebody_elses_is_not_to_be_passed_on():
    with pytest.raises(pytest.fail.Exception):
        C.test_what_is_somebody_elses_is_never_shown(MixingWorld(), HOLDS)
    with pytest.raises(AssertionError):
        C.test_a_hold_is_never_touched_when_the_library_tells_of_somebody_else(MixingWorld(), "cancel")


@pytest.mark.parametrize("capability", list(Capability))
def test_every_capability_has_a_part_in_the_contract(capability):
    folder = Path(inspect.getfile(ContractBase)).parent
    parts = [path.read_text("utf-8") for path in folder.glob("contract_*.py")]
    assert any(f"Capability.{capability.name}" in part for part in parts)


def test_what_is_asked_before_an_act_is_seen_to_fail_too(caplog):
    class OffersPlacesWithoutAnswer(Faulty):
        async def pickup_locations(self, patron_id, hold_id):
            try:
                return await self._inner.pickup_locations(patron_id, hold_id)
            except LibraryError:
                return ()

    (look,) = [look for look in LOOKS if look.name == "pickup_locations"]
    with pytest.raises(AssertionError):
        C.test_trouble_is_never_an_answer_and_what_was_told_leaves_no_trace(
            spoilt(OffersPlacesWithoutAnswer), caplog, look, Trouble.FAILS
        )


def test_no_part_of_the_contract_hides_a_test_of_another():
    parts = [part for part in ConnectorContract.__mro__ if part not in (ContractBase, ConnectorContract)]
    names = [name for part in parts for name in vars(part) if not name.startswith("__")]
    assert len(names) == len(set(names))
    assert set(names).isdisjoint(vars(ContractBase))


def test_a_world_from_before_the_contract_grew_is_skipped_where_it_lacks_a_method():
    class OlderWorld(MemoryWorld):
        give_hold = property()  # as if it were not there

    with pytest.raises(pytest.skip.Exception, match="give_hold: this world has not got it"):
        C.test_every_hold_is_listed_once(OlderWorld())
