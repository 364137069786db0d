"""Opens a login as the settings file would, with nothing of the house behind it."""

from collections.abc import Mapping
from datetime import datetime

from discovery_accounts.config.faults import Fault
from discovery_accounts.config.keys import ReadContext
from discovery_accounts.config.named import read_options
from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.connectors.gateway import Gateway
from discovery_accounts.connectors.registry import Libraries
from discovery_accounts.login.kinds import LoginKind, LoginTools
from discovery_accounts.testing.login_world import LoginWorld

NAME = "contract"
DEVELOPMENT = ReadContext("development", {})


class RememberedReplays:
    """Words that are good once, remembered in this object."""

    def __init__(self) -> None:
        self._given: set[tuple[str, str]] = set()

    def first_time(self, kind: str, word: str, until: datetime) -> bool:
        first = (kind, word) not in self._given
        self._given.add((kind, word))
        return first


def faults_of(
    kind: LoginKind, options: Mapping[str, str], context: ReadContext = DEVELOPMENT
) -> tuple[Fault, ...]:
    """What is wrong with the options (names without prefix, as text)."""
    login = LoginSettings(NAME, kind.name, options=dict(options))
    values, faults = read_options(kind.keys, login, context)
    if faults or kind.check is None:
        return faults
    return kind.check(login, values, context)


def open_login(world: LoginWorld) -> object:
    """The login over the world as it is now."""
    login = LoginSettings(NAME, world.kind.name, options=dict(world.options))
    values, faults = read_options(world.kind.keys, login, DEVELOPMENT)
    assert not faults, [str(fault) for fault in faults]
    assert world.kind.open is not None, "a kind without open is carried out by the house itself"
    tools = LoginTools(
        pages=f"http://127.0.0.1/sign-in/{NAME}",
        development=True,
        gateway=Gateway(Libraries()),
        replays=RememberedReplays(),
        memories=world.memories,
    )
    return world.kind.open(login, values, tools)
