"""Opens LDAP logins as the settings file would."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.factories.authority import Authority
from tests.factories.clock import MovableClock
from tests.fixtures.directory import DirectoryServer

from discovery_accounts.config.faults import Fault
from discovery_accounts.config.keys import ReadContext
from discovery_accounts.config.named import read_options
from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.connectors.gateway import Gateway
from discovery_accounts.connectors.registry import Libraries
from discovery_accounts.login.kinds import LoginTools
from discovery_accounts.login.ldap import KIND
from discovery_accounts.login.ldap.login import LdapLogin

OpenLogin = Callable[..., LdapLogin]


class NoReplays:
    def first_time(self, *_: object) -> bool:
        raise AssertionError("LDAP has no words that are good once")


def settings_of(server: DirectoryServer, authority: Authority, **options: str) -> dict[str, str]:
    return {
        "url": server.url,
        "ca_file": str(authority.ca_file),
        "bind_dn": server.bind_dn,
        "bind_password": server.bind_password,
        "base_dn": server.base_dn,
        **options,
    }


def faults_of(options: dict[str, str], stage: str = "development") -> tuple[Fault, ...]:
    login = LoginSettings("campus", "ldap", options=options)
    context = ReadContext(stage, {"LDAP_PASSWORD": "secret"})
    values, found = read_options(KIND.keys, login, context)
    return found or KIND.check(login, values, context)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def open_login(authority: Authority, clock: MovableClock) -> OpenLogin:
    """``open_login(server, realm="uni.example", …)``: the login over a server; options left out by ``""``."""

    def make(server: DirectoryServer, name: str = "campus", **options: str) -> LdapLogin:
        given = {key: text for key, text in settings_of(server, authority, **options).items() if text}
        given |= {key: "" for key, text in options.items() if key == "valid_until_attribute" and not text}
        login = LoginSettings(name, "ldap", options=given)
        context = ReadContext("development", {})
        values, faults = read_options(KIND.keys, login, context)
        assert not faults, faults
        assert not KIND.check(login, values, context)
        tools = LoginTools("http://127.0.0.1/sign-in/campus", True, _no_libraries(), NoReplays(), clock)
        opened: Any = KIND.open(login, values, tools)
        return opened

    return make


def _no_libraries() -> Gateway:
    return Gateway(Libraries())
