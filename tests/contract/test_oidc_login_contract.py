"""The OpenID Connect login keeps what the contract says of logins at a provider; against a pretend one over HTTP."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

import pytest
from tests.fixtures.directory import babbling_port
from tests.fixtures.openid.pretend import CLIENT, PretendProvider, Reply

from discovery_accounts.login.oidc import KIND
from discovery_accounts.testing.login_contract import ProviderLoginContract
from discovery_accounts.testing.login_world import LoginTrouble

_SECRET = "client-secret-6021"


class OidcWorld:
    kind = KIND
    secrets = (_SECRET,)
    memories: ClassVar[Mapping[type, object]] = {}
    cannot: ClassVar[Mapping[str, str]] = {
        LoginTrouble.IS_SOMEBODY_ELSE: "it is plain http in the test",
        LoginTrouble.REFUSES_US: "a client is refused at a sign-in only",
    }

    def __init__(self, provider: PretendProvider) -> None:
        self._provider = provider
        self.options = {"issuer": provider.issuer, "client_id": CLIENT, "client_secret": _SECRET}

    def make(self, trouble: LoginTrouble) -> None:
        document = "/.well-known/openid-configuration"
        match trouble:
            case LoginTrouble.HANGS:
                self._provider.replies[document] = lambda _: Reply(wait=12)
            case LoginTrouble.SENDS_GARBAGE:
                self._provider.replies[document] = lambda _: Reply(body=b"<html>")
            case _:
                with babbling_port() as port:  # free again behind this line
                    self.options |= {"issuer": f"http://127.0.0.1:{port}"}


class TestOidc(ProviderLoginContract):
    @pytest.fixture
    def world(self) -> Iterator[OidcWorld]:
        provider = PretendProvider()
        yield OidcWorld(provider)
        provider.close()
