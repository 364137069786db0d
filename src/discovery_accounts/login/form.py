"""The contract of a login by user name and password typed into a form of ours."""

from typing import Protocol, runtime_checkable

from discovery_accounts.login.claim import Claim, NoClaim


@runtime_checkable
class FormLogin(Protocol):
    """Raises ``ProviderFailure`` when who keeps the passwords could not be asked: that is no refusal."""

    def prove(self, username: str, password: str) -> Claim | NoClaim: ...
