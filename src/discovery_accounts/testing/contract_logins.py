"""The contract about settings and the self-test of a way of signing in, whatever it speaks to."""

import time

import pytest

from discovery_accounts.config.keys import ReadContext
from discovery_accounts.config.named_keys import LOGIN_KEYS
from discovery_accounts.login.checks import ChecksItself, Level, Step
from discovery_accounts.login.kinds import LoginKind
from discovery_accounts.testing.login_opening import faults_of, open_login
from discovery_accounts.testing.login_world import LoginTrouble, LoginWorld

PATIENCE = 15.0
"""Seconds within which a provider in trouble is given up."""


class LoginContract:
    """What holds for every kind; the fixture ``world`` is given by the subclass that is to be tested."""

    @pytest.fixture
    def world(self) -> LoginWorld:
        raise NotImplementedError("give a fixture named 'world' that returns a LoginWorld")

    def need(self, world: LoginWorld, *names: str) -> None:
        """Skips the test when the world lacks something."""
        for name in names:
            reason = world.cannot.get(str(name))
            if reason is not None:
                pytest.skip(f"{name}: {reason}")

    def test_its_keys_are_explained_and_its_own(self, world: LoginWorld) -> None:
        assert isinstance(world.kind, LoginKind)
        names = [key.name for key in world.kind.keys]
        assert len(set(names)) == len(names)
        assert not set(names) & {key.name for key in LOGIN_KEYS}
        for key in world.kind.keys:
            assert key.help, key.name
            assert key.example, key.name

    def test_what_must_be_given_is_missed_by_its_name(self, world: LoginWorld) -> None:
        assert faults_of(world.kind, world.options) == ()
        for key in world.kind.keys:
            if key.required:
                options = {name: text for name, text in world.options.items() if name != key.name}
                assert any(fault.key.endswith(f".{key.name}") for fault in faults_of(world.kind, options))

    def test_secrets_are_references_in_production(self, world: LoginWorld) -> None:
        production = ReadContext("production", {})
        for key in world.kind.keys:
            if key.secret:
                options = {**world.options, key.name: "typed-into-the-file"}
                faults = faults_of(world.kind, options, production)
                assert any(fault.key.endswith(f".{key.name}") for fault in faults), key.name

    def test_opening_connects_to_nothing_and_shows_no_secret(self, world: LoginWorld) -> None:
        if LoginTrouble.IS_DOWN not in world.cannot:
            world.make(LoginTrouble.IS_DOWN)
        shown = repr(open_login(world))
        assert not [secret for secret in world.secrets if secret in shown]

    def test_its_self_test_finds_nothing_wrong_with_a_sound_provider(self, world: LoginWorld) -> None:
        steps = self.steps(world)
        assert [step for step in steps if step.level is Level.FAILED] == []

    @pytest.mark.parametrize("trouble", LoginTrouble)
    def test_its_self_test_tells_trouble_with_advice_and_in_time(
        self, world: LoginWorld, trouble: LoginTrouble
    ) -> None:
        self.need(world, trouble)
        world.make(trouble)
        began = time.monotonic()
        failed = [step for step in self.steps(world) if step.level is Level.FAILED]
        assert time.monotonic() - began < PATIENCE
        assert failed
        assert all(step.advice for step in failed)

    def steps(self, world: LoginWorld) -> list[Step]:
        """What the self-test says. Skips the test where a login has none."""
        login = open_login(world)
        if not isinstance(login, ChecksItself):
            pytest.skip("it has no self-test")
        steps = list(login.check())
        assert steps
        for step in steps:
            assert step.what
            assert step.found
            assert not [secret for secret in world.secrets if secret in repr(step)]
        return steps
