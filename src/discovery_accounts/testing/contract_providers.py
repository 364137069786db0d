"""The contract of a login at an identity provider, as far as it can be told without one."""

import pytest

from discovery_accounts.login.claim import NoClaim
from discovery_accounts.login.provider import Answer, Departure, ProviderFailure, ProviderLogin, Start
from discovery_accounts.testing.contract_base import ODD_TEXTS
from discovery_accounts.testing.contract_logins import LoginContract
from discovery_accounts.testing.login_opening import open_login
from discovery_accounts.testing.login_world import LoginWorld


class ProviderLoginContract(LoginContract):
    """A login that sends the browser to a provider: what can be told without one. Real providers say the rest."""

    def begin(self, world: LoginWorld) -> tuple[ProviderLogin, Departure]:
        login = open_login(world)
        assert isinstance(login, ProviderLogin)
        return login, login.begin(Start("en"))

    def test_every_sign_in_has_a_word_of_its_own(self, world: LoginWorld) -> None:
        keys = {self.begin(world)[1].key for _ in range(5)}
        assert len(keys) == 5
        assert all(len(key) >= 16 for key in keys)

    def test_what_must_be_remembered_is_text_and_where_it_goes_is_allowed(self, world: LoginWorld) -> None:
        login, departure = self.begin(world)
        assert all(isinstance(text, str) for pair in departure.memory.items() for text in pair)
        destinations = login.destinations()
        assert any(departure.url.startswith(place) for place in destinations), destinations
        assert not [secret for secret in world.secrets if secret in departure.url]

    @pytest.mark.parametrize("odd", ODD_TEXTS)
    def test_an_answer_that_proves_nothing_is_no_claim(self, world: LoginWorld, odd: str) -> None:
        login, departure = self.begin(world)
        for name in ("state", "code", "id_token", "SAMLResponse", "RelayState"):
            answer = Answer({name: odd}, f"{name}=odd")
            key = login.request_key(answer)
            assert key is None or isinstance(key, str)
            try:
                outcome = login.complete(departure.memory, answer)
            except ProviderFailure:
                continue
            assert isinstance(outcome, NoClaim)
