"""The contract suite: what every way of signing in must do, whoever wrote it.

Subclass what fits the login in a test module, give it a fixture ``world``, new for every test
(:mod:`discovery_accounts.testing.login_world`), and pytest runs the whole contract::

    class TestOurLogin(FormLoginContract):
        @pytest.fixture
        def world(self):
            with OurWorld() as world:
                yield world

What the world can't do is skipped by its reason.
"""

from discovery_accounts.testing.contract_forms import FormLoginContract
from discovery_accounts.testing.contract_logins import LoginContract
from discovery_accounts.testing.contract_providers import ProviderLoginContract

__all__ = ["FormLoginContract", "LoginContract", "ProviderLoginContract"]
