"""The suite is worth passing: connectors with the usual faults don't."""

from dataclasses import replace
from itertools import count
from typing import ClassVar

import pytest

from discovery_accounts.connectors.api import (
    Capability,
    LibraryError,
    Rejected,
    Removed,
    Renewed,
    Unreachable,
    Verified,
)
from discovery_accounts.testing.connector_contract import ConnectorContract
from discovery_accounts.testing.connector_world import Trouble

NUMBERS = count()


class Faulty:
    """Passes everything on to a good connector, but for what a subclass spoils."""

    def __init__(self, inner):
        self._inner = inner

    def __getattr__(self, name):
        return getattr(self._inner, name)


class TakesSilenceForAWrongPin(Faulty):
    async def verify_patron(self, card_number, pin):
        try:
            return await self._inner.verify_patron(card_number, pin)
        except LibraryError:
            return Rejected()


class RenewsForAnybody(Faulty):
    async def renew_loans(self, patron_id, loan_ids):
        return tuple(Renewed(loan_id, None) for loan_id in loan_ids)


class ReadsOnePageOnly(Faulty):
    async def list_loans(self, patron_id):
        return (await self._inner.list_loans(patron_id))[:20]


class ShowsThePin(Faulty):
    async def verify_patron(self, card_number, pin):
        raise Unreachable(f"no answer for {pin}")


class TakesTheCardNumberForTheId(Faulty):
    async def verify_patron(self, card_number, pin):
        verdict = await self._inner.verify_patron(card_number, pin)
        return Verified(card_number) if isinstance(verdict, Verified) else verdict


class SaysTheNumberMakesNoDifference(Faulty):
    checks_pin_by_number = False


class FindsWhateverResembles(Faulty):
    async def find_patrons(self, field, value):
        return await self._inner.find_by_email("family@koha.example")


class ForgetsThatItMadeOne(Faulty):
    async def make_patron(self, details, once):
        return await self._inner.make_patron(replace(details, user_name=None), f"{once}-{next(NUMBERS)}")


class TakesANamesakeForItsOwn(Faulty):
    async def make_patron(self, details, once):
        return await self._inner.make_patron(details, "always the same")


class EmptiesWhatWasNotTold(Faulty):
    async def change_patron(self, patron_id, changes):
        return await self._inner.change_patron(patron_id, replace(changes, family_name="-"))


class SaysThatLoansAreNoObstacle(Faulty):
    async def remove_patron(self, patron_id):
        return Removed()


class PromisesTooMuch:
    capabilities = frozenset(Capability)
    absent: ClassVar = {}

    async def close(self):
        pass


@pytest.fixture
def spoilt(simulated):
    def make(faulty):
        world = simulated("koha")
        connect = world.connect
        world.connect = lambda: faulty(connect())
        return world

    return make


CONTRACT = ConnectorContract()


@pytest.mark.parametrize(
    ("faulty", "broken"),
    [
        (
            TakesSilenceForAWrongPin,
            lambda w, _: CONTRACT.test_trouble_is_never_a_refused_pin_nor_an_accepted_one(w, Trouble.FAILS),
        ),
        (RenewsForAnybody, lambda w, _: CONTRACT.test_no_renewal_of_a_strangers_loan_is_sent(w, 1)),
        (ReadsOnePageOnly, lambda w, _: CONTRACT.test_every_loan_is_listed_once(w, "many_loans")),
        (ShowsThePin, lambda w, caplog: CONTRACT.test_pin_and_number_leave_no_trace(w, caplog, None)),
        (
            TakesTheCardNumberForTheId,
            lambda w, _: CONTRACT.test_a_renewed_card_is_the_same_patron_and_the_old_number_ends(w),
        ),
        (
            SaysTheNumberMakesNoDifference,
            lambda w, _: CONTRACT.test_a_stored_pin_of_a_renewed_card_is_checked_as_declared(w),
        ),
        (FindsWhateverResembles, lambda w, _: CONTRACT.test_a_value_means_itself_and_no_more(w, "%")),
        (ForgetsThatItMadeOne, lambda w, _: CONTRACT.test_the_same_word_never_makes_two(w)),
        (EmptiesWhatWasNotTold, lambda w, _: CONTRACT.test_only_what_is_told_is_changed(w)),
        (
            SaysThatLoansAreNoObstacle,
            lambda w, _: CONTRACT.test_loans_keep_a_patron_in_few_calls(w, "many_loans"),
        ),
    ],
)
def test_a_usual_fault_breaks_the_contract(spoilt, caplog, faulty, broken):
    with pytest.raises(AssertionError):
        broken(spoilt(faulty), caplog)


def test_a_namesake_taken_for_the_one_made_breaks_the_contract(spoilt):
    with pytest.raises(pytest.fail.Exception):
        CONTRACT.test_a_namesake_is_never_taken_for_the_one_made(spoilt(TakesANamesakeForItsOwn))


def test_a_capability_without_its_methods_breaks_the_contract(spoilt):
    with pytest.raises(AssertionError):
        CONTRACT.test_what_is_declared_is_what_is_implemented(spoilt(lambda _: PromisesTooMuch()))


def test_what_is_declared_absent_is_skipped_by_its_reason(spoilt):
    class RenewsNothing(Faulty):
        capabilities = frozenset(Capability) - {Capability.RENEW_LOANS}
        absent: ClassVar = {Capability.RENEW_LOANS: "the system has no renewals"}

    with pytest.raises(pytest.skip.Exception, match="the system has no renewals"):
        CONTRACT.test_renewing_all_has_a_result_for_each(spoilt(RenewsNothing))
