"""The suite for logins is kept by the example of the documentation, and worth passing: usual faults don't."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from tests.contract.members_world import MembersWorld, skeleton

from discovery_accounts.config.keys import Key
from discovery_accounts.config.parsers import text
from discovery_accounts.login.checks import Level, Step
from discovery_accounts.login.claim import Claim, NoClaim, Why
from discovery_accounts.login.provider import Departure, ProviderFailure
from discovery_accounts.testing.contract_base import ODD_TEXTS
from discovery_accounts.testing.login_contract import FormLoginContract, ProviderLoginContract
from discovery_accounts.testing.login_world import LoginTrouble


class TestTheExampleOfTheDocumentation(FormLoginContract):
    @pytest.fixture
    def world(self) -> Iterator[MembersWorld]:
        with MembersWorld() as world:
            yield world


class Faulty:
    """Passes everything on to the example, but for what a subclass spoils."""

    def __init__(self, inner):
        self._inner = inner

    def prove(self, username, password):
        return self._inner.prove(username, password)

    def check(self):
        return self._inner.check()


class TakesSilenceForAWrongPassword(Faulty):
    def prove(self, username, password):
        try:
            return self._inner.prove(username, password)
        except ProviderFailure:
            return NoClaim("wrong_password")


class TriesTwice(Faulty):
    def prove(self, username, password):
        first = self._inner.prove(username, password)
        return first if isinstance(first, Claim) else self._inner.prove(username, password)


class TellsUnknownNamesApart(Faulty):
    def prove(self, username, password):
        answer = self._inner.prove(username, password)
        return NoClaim("unknown", Why.ATTRIBUTE_MISSING) if username.startswith("nobody") else answer


class KnowsPeopleByChance(Faulty):
    count = 0

    def prove(self, username, password):
        type(self).count += 1
        answer = self._inner.prove(username, password)
        return replace(answer, subject=str(self.count)) if isinstance(answer, Claim) else answer


class TakesEverybodyForOne(Faulty):
    def prove(self, username, password):
        answer = self._inner.prove(username, password)
        return replace(answer, subject="member") if isinstance(answer, Claim) else answer


class LetsAnybodyInWithoutAPassword(Faulty):
    def prove(self, username, password):
        return self._inner.prove(username, password) if password else Claim("members", "x", "1000")


class ShowsThePassword(Faulty):
    def prove(self, username, password):
        answer = self._inner.prove(username, password)
        return answer if isinstance(answer, Claim) else NoClaim(f"not {password}")


class SaysAllIsWell(Faulty):
    def check(self):
        yield Step("connection", Level.OK, "answers")


class ShowsItsKey(Faulty):
    def __repr__(self):
        return f"Members({self._inner._key.reveal()})"


Spoil = Callable[..., MembersWorld]


@pytest.fixture
def spoilt() -> Iterator[Spoil]:
    with ExitStack() as ends:

        def make(faulty, **changes):
            good = skeleton()
            kind = replace(good, open=lambda *given: faulty(good.open(*given)), **changes)
            return ends.enter_context(MembersWorld(kind))

        yield make


CONTRACT = FormLoginContract()


@pytest.mark.parametrize(
    ("faulty", "broken"),
    [
        (
            TakesSilenceForAWrongPassword,
            lambda w, _: CONTRACT.test_trouble_is_neither_yes_nor_no_and_is_known_in_time(
                w, LoginTrouble.IS_DOWN
            ),
        ),
        (TriesTwice, lambda w, _: CONTRACT.test_one_wrong_password_costs_one_try(w)),
        (
            TellsUnknownNamesApart,
            lambda w, _: CONTRACT.test_wrong_password_and_unknown_name_are_one_same_answer(w),
        ),
        (KnowsPeopleByChance, lambda w, _: CONTRACT.test_a_right_password_is_the_same_subject_every_time(w)),
        (TakesEverybodyForOne, lambda w, _: CONTRACT.test_two_people_are_two_subjects(w)),
        (
            LetsAnybodyInWithoutAPassword,
            lambda w, _: CONTRACT.test_odd_names_and_passwords_are_refused(w, ""),
        ),
        (
            ShowsThePassword,
            lambda w, caplog: CONTRACT.test_what_was_typed_and_told_leaves_no_trace(w, caplog, None),
        ),
        (
            SaysAllIsWell,
            lambda w, _: CONTRACT.test_its_self_test_tells_trouble_with_advice_and_in_time(
                w, LoginTrouble.HANGS
            ),
        ),
        (ShowsItsKey, lambda w, _: CONTRACT.test_opening_connects_to_nothing_and_shows_no_secret(w)),
    ],
)
def test_a_usual_fault_breaks_the_contract(spoilt, caplog, faulty, broken):
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        broken(spoilt(faulty), caplog)


@pytest.mark.parametrize(
    ("key", "broken"),
    [
        (
            Key("name", text, example="x", help="Taken by every login."),
            CONTRACT.test_its_keys_are_explained_and_its_own,
        ),
        (Key("colour", text, example="red"), CONTRACT.test_its_keys_are_explained_and_its_own),
        (
            Key("token", text, example="x", help="In clear.", secret=True),
            CONTRACT.test_secrets_are_references_in_production,
        ),
    ],
)
def test_keys_that_serve_nobody_break_the_contract(spoilt, key, broken):
    with pytest.raises(AssertionError):
        broken(spoilt(lambda inner: inner, keys=(*skeleton().keys, key)))


class BelievesAnything:
    """A login at a provider with every fault there is."""

    def __init__(self, *_):
        pass

    def begin(self, start):
        return Departure("https://provider.example/?key=members-key-6021", "1", {"state": "1"})

    def request_key(self, answer):
        return answer.fields.get("state")

    def complete(self, memory, answer):
        return Claim("members", "provider", "1")

    def destinations(self):
        return ()


@pytest.mark.parametrize(
    "broken",
    [
        lambda contract, world: contract.test_every_sign_in_has_a_word_of_its_own(world),
        lambda contract, world: contract.test_what_must_be_remembered_is_text_and_where_it_goes_is_allowed(
            world
        ),
        lambda contract, world: contract.test_an_answer_that_proves_nothing_is_no_claim(world, ODD_TEXTS[0]),
    ],
)
def test_a_provider_that_is_believed_anything_breaks_the_contract(spoilt, broken):
    with pytest.raises(AssertionError):
        broken(ProviderLoginContract(), spoilt(BelievesAnything))
