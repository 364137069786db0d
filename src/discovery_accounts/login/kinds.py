"""The ways of signing in that exist, found by entry points of the group ``discovery_accounts.logins``."""

from dataclasses import dataclass
from importlib.metadata import entry_points

from discovery_accounts.config.faults import Fault
from discovery_accounts.config.keys import Key, ReadContext, read_keys
from discovery_accounts.config.settings import LoginSettings, Settings


@dataclass(frozen=True, slots=True)
class LoginKind:
    """One way of signing in: its name in ``accounts.login.….kind`` and its own keys."""

    name: str
    keys: tuple[Key, ...] = ()


def known_kinds() -> dict[str, LoginKind]:
    """All kinds that are installed, by name."""
    return {point.name: point.load() for point in entry_points(group="discovery_accounts.logins")}


def login_faults(settings: Settings, context: ReadContext) -> tuple[Fault, ...]:
    """What is wrong with the logins' own settings: an unknown kind, a missing or unknown key."""
    kinds = known_kinds()
    faults: list[Fault] = []
    for login in settings.logins:
        kind = kinds.get(login.kind)
        if kind is None:
            faults.append(_unknown_kind(login, sorted(kinds)))
        else:
            faults += read_keys(kind.keys, login.options, login.prefix, context)[1]
        if login.library is not None and not any(lib.name == login.library for lib in settings.libraries):
            known = login.library in settings.faulty_libraries
            if not known:
                faults.append(
                    Fault(
                        f"{login.prefix}library",
                        f"no library is called {login.library!r}",
                        "a name from accounts.libraries",
                    )
                )
    return tuple(faults)


def _unknown_kind(login: LoginSettings, known: list[str]) -> Fault:
    return Fault(f"{login.prefix}kind", f"no way of signing in is called {login.kind!r}", " or ".join(known))
