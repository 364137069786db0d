"""The LDAP login keeps the contract of logins by user name and password; against real slapds."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import ClassVar

import pytest
from tests.factories.authority import Authority
from tests.fixtures.directory import DirectoryServer, MakeDirectory, babbling_port

from discovery_accounts.login.ldap import KIND
from discovery_accounts.testing.login_contract import FormLoginContract
from discovery_accounts.testing.login_world import LoginTrouble, PersonKind, WorldPerson

pytestmark = pytest.mark.ldap

PEOPLE = {
    PersonKind.SOMEBODY: WorldPerson(
        "ada", "ada-secret", ("ada@uni.example", "Ada", "+358 40 1234", "E-1001")
    ),
    PersonKind.ANOTHER: WorldPerson("Åse-Jörgen", "ase-secret"),
    PersonKind.CLOSED: WorldPerson("eve", "eve-secret"),
    PersonKind.WITHOUT_ID: WorldPerson("bob", "pässwörd ✓"),
}


class LdapWorld:
    """A directory that is shared as long as it is sound; one in trouble is the test's own."""

    kind = KIND
    cannot: ClassVar[Mapping[str, str]] = {}
    memories: ClassVar[Mapping[type, object]] = {}

    def __init__(
        self, server: DirectoryServer, make: MakeDirectory, authority: Authority, ends: ExitStack
    ) -> None:
        self._server = server
        self._make = make
        self._ends = ends
        self.secrets = (server.bind_password,)
        self.options = {
            "url": server.url,
            "ca_file": str(authority.ca_file),
            "bind_dn": server.bind_dn,
            "bind_password": server.bind_password,
            "base_dn": server.base_dn,
            "subject_attribute": "employeeNumber",
            "timeout": "1",
        }

    def person(self, kind: PersonKind) -> WorldPerson:
        return PEOPLE[kind]

    def tries(self, person: WorldPerson) -> int:
        return self._server.binds(f"uid={person.username}")

    def make(self, trouble: LoginTrouble) -> None:
        troubles: Mapping[LoginTrouble, Callable[[], Mapping[str, str]]] = {
            LoginTrouble.IS_DOWN: self._down,
            LoginTrouble.HANGS: self._hanging,
            LoginTrouble.SENDS_GARBAGE: self._babbling,
            LoginTrouble.IS_SOMEBODY_ELSE: lambda: {"url": self._make(hosts=("ldap.other.example",)).tls_url},
            LoginTrouble.REFUSES_US: lambda: {"bind_password": "changed-there"},
        }
        self.options |= troubles[trouble]()

    def _down(self) -> Mapping[str, str]:
        server = self._make()
        server.stop()
        return {"url": f"{server.url} {server.tls_url}"}

    def _hanging(self) -> Mapping[str, str]:
        server = self._make()
        server.hang()
        return {"url": server.tls_url}

    def _babbling(self) -> Mapping[str, str]:
        return {"url": f"ldap://127.0.0.1:{self._ends.enter_context(babbling_port())}"}


class TestLdap(FormLoginContract):
    @pytest.fixture
    def world(
        self, directory: DirectoryServer, make_directory: MakeDirectory, authority: Authority
    ) -> Iterator[LdapWorld]:
        with ExitStack() as ends:
            yield LdapWorld(directory, make_directory, authority, ends)
