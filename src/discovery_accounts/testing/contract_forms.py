"""The contract of a login by user name and password: who gets in, who does not, and what is never told."""

import logging
import re
import time
import traceback

import pytest

from discovery_accounts.login.claim import Claim, NoClaim, Why
from discovery_accounts.login.form import FormLogin
from discovery_accounts.login.provider import ProviderFailure
from discovery_accounts.testing.contract_base import ODD_TEXTS
from discovery_accounts.testing.contract_logins import PATIENCE, LoginContract
from discovery_accounts.testing.login_opening import open_login
from discovery_accounts.testing.login_world import (
    FormWorld,
    LoginTrouble,
    LoginWorld,
    PersonKind,
    WorldPerson,
)

LONGEST = {"login": 64, "issuer": 255, "subject": 255}
"""Characters that fit the place where an identity is kept."""

CANARY = "canary-7351-password"


class FormLoginContract(LoginContract):
    """A login by user name and password. The ``world`` is a ``FormWorld``."""

    def prove(self, world: LoginWorld, username: str, password: str) -> Claim | NoClaim:
        login = open_login(world)
        assert isinstance(login, FormLogin)
        answer = login.prove(username, password)
        assert isinstance(answer, Claim | NoClaim)
        return answer

    def claim(self, world: FormWorld, kind: PersonKind) -> Claim:
        self.need(world, kind)
        person = world.person(kind)
        answer = self.prove(world, person.username, person.password)
        assert isinstance(answer, Claim), answer
        return answer

    def somebody(self, world: FormWorld) -> WorldPerson:
        return world.person(PersonKind.SOMEBODY)

    def test_a_right_password_is_the_same_subject_every_time(self, world: FormWorld) -> None:
        first, second = (self.claim(world, PersonKind.SOMEBODY) for _ in range(2))
        assert (first.login, first.issuer, first.subject) == (second.login, second.issuer, second.subject)
        for name, longest in LONGEST.items():
            assert 0 < len(getattr(first, name)) <= longest, name
        assert first.login == world.kind.name

    def test_two_people_are_two_subjects(self, world: FormWorld) -> None:
        one, other = self.claim(world, PersonKind.SOMEBODY), self.claim(world, PersonKind.ANOTHER)
        assert one.issuer == other.issuer
        assert one.subject != other.subject

    def test_wrong_password_and_unknown_name_are_one_same_answer(self, world: FormWorld) -> None:
        person = self.somebody(world)
        for username, password in ((person.username, "wrong"), ("nobody-7351", person.password)):
            answer = self.prove(world, username, password)
            assert isinstance(answer, NoClaim)
            assert answer.why is Why.SIGN_IN_REFUSED

    def test_somebody_else_s_password_is_a_wrong_one(self, world: FormWorld) -> None:
        self.need(world, PersonKind.ANOTHER)
        other = world.person(PersonKind.ANOTHER)
        assert isinstance(self.prove(world, self.somebody(world).username, other.password), NoClaim)

    def test_one_wrong_password_costs_one_try(self, world: FormWorld) -> None:
        self.need(world, "tries")
        person = self.somebody(world)
        before = world.tries(person)
        self.prove(world, person.username, "wrong")
        assert world.tries(person) - before == 1

    def test_a_closed_account_is_told_to_who_knows_its_password_only(self, world: FormWorld) -> None:
        self.need(world, PersonKind.CLOSED)
        person = world.person(PersonKind.CLOSED)
        assert self.no(world, person.username, person.password).why is Why.ACCOUNT_CLOSED
        assert self.no(world, person.username, "wrong").why is Why.SIGN_IN_REFUSED

    def test_without_what_they_are_known_by_nobody_gets_in(self, world: FormWorld) -> None:
        self.need(world, PersonKind.WITHOUT_ID)
        person = world.person(PersonKind.WITHOUT_ID)
        assert self.no(world, person.username, person.password).why is Why.ATTRIBUTE_MISSING

    def no(self, world: FormWorld, username: str, password: str) -> NoClaim:
        answer = self.prove(world, username, password)
        assert isinstance(answer, NoClaim)
        return answer

    @pytest.mark.parametrize("odd", ODD_TEXTS)
    def test_odd_names_and_passwords_are_refused(self, world: FormWorld, odd: str) -> None:
        person = self.somebody(world)
        for username, password in (
            (odd, person.password),
            (person.username, odd),
            (odd, odd),
            (person.username, person.password + "\0"),
        ):
            try:
                answer = self.prove(world, username, password)
            except ProviderFailure:
                continue
            assert isinstance(answer, NoClaim)

    @pytest.mark.parametrize("trouble", LoginTrouble)
    def test_trouble_is_neither_yes_nor_no_and_is_known_in_time(
        self, world: FormWorld, trouble: LoginTrouble
    ) -> None:
        self.need(world, trouble)
        person = self.somebody(world)
        world.make(trouble)
        for password in (person.password, "wrong"):
            began = time.monotonic()
            with pytest.raises(ProviderFailure) as failure:
                self.prove(world, person.username, password)
            assert time.monotonic() - began < PATIENCE
            assert re.fullmatch(r"[a-z][a-z0-9_]*", failure.value.code)

    @pytest.mark.parametrize("trouble", [None, *LoginTrouble])
    def test_what_was_typed_and_told_leaves_no_trace(
        self, world: FormWorld, caplog: pytest.LogCaptureFixture, trouble: LoginTrouble | None
    ) -> None:
        self.need(world, *([trouble] if trouble else []))
        person = self.somebody(world)
        if trouble is not None:
            world.make(trouble)
        traces = []
        with caplog.at_level(logging.DEBUG):
            for password in (person.password, CANARY):
                try:
                    traces.append(repr(self.prove(world, person.username, password)))
                except ProviderFailure as failure:
                    traces += [repr(failure), failure.detail, "".join(traceback.format_exception(failure))]
        traces += [f"{record.getMessage()} {record.__dict__}" for record in caplog.records]
        for hidden in (CANARY, person.password, *person.told, *world.secrets):
            assert not [trace for trace in traces if hidden in trace]
