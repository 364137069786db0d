"""A login at a pretend provider."""

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from tests.fixtures.openid.pretend import CLIENT, PretendProvider

from discovery_accounts.config.keys import ReadContext, read_keys
from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.connectors.gateway import Gateway
from discovery_accounts.login.claim import Claim, NoClaim
from discovery_accounts.login.kinds import LoginTools
from discovery_accounts.login.oidc import KIND
from discovery_accounts.login.oidc.provider import OidcLogin
from discovery_accounts.login.provider import Start

PAGES = "http://127.0.0.1:6543/sign-in/campus"
MakeLogin = Callable[..., OidcLogin]
SignIn = Callable[..., Claim | NoClaim]


class SeenWords:
    """Replays in memory."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, str]] = set()
        self.until: list[datetime] = []

    def first_time(self, kind: str, word: str, until: datetime) -> bool:
        new = (kind, word) not in self.seen
        self.seen.add((kind, word))
        self.until.append(until)
        return new


@pytest.fixture
def make_provider() -> Iterator[Callable[..., PretendProvider]]:
    made: list[PretendProvider] = []

    def make(tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> PretendProvider:
        made.append(PretendProvider(tls, host))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def provider(make_provider: Callable[..., PretendProvider]) -> PretendProvider:
    return make_provider()


@pytest.fixture
def replays() -> SeenWords:
    return SeenWords()


@pytest.fixture
def make_login(provider: PretendProvider, replays: SeenWords) -> MakeLogin:
    """A login by settings as text; of the pretend provider unless they say otherwise."""

    def make(development: bool = True, pages: str = PAGES, **settings: str) -> OidcLogin:
        usual = {"issuer": provider.issuer, "client_id": CLIENT, "client_secret": "not-so-secret"}
        # Secrets as plain text are for development; which addresses are called is the tools' stage
        context = ReadContext("development")
        values, faults = read_keys(KIND.keys, usual | settings, "accounts.login.campus.", context)
        assert faults == ()
        tools = LoginTools(pages, development, cast(Gateway, None), replays, _now)
        assert KIND.open is not None
        opened = KIND.open(LoginSettings("campus", "oidc"), values, tools)
        assert isinstance(opened, OidcLogin)
        return opened

    return make


@pytest.fixture
def login(make_login: MakeLogin) -> OidcLogin:
    return make_login()


@pytest.fixture
def sign_in(provider: PretendProvider) -> SignIn:
    """The whole way through a login with an ID token whose claims are changed as told."""

    def run(login: OidcLogin, fresh: bool = False, **claims: Any) -> Claim | NoClaim:
        departure = login.begin(Start("fi", fresh))
        provider.id_token = provider.sign(provider.claims(departure, **claims))
        return login.complete(departure.memory, provider.answer(departure))

    return run


def _now() -> datetime:
    return datetime.now(UTC)
