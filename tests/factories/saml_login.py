"""The SAML login as settings open it, with metadata and replays kept in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from discovery_accounts.config.keys import ReadContext
from discovery_accounts.config.named import read_options
from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.connectors.gateway import Gateway
from discovery_accounts.login.claim import Claim, NoClaim
from discovery_accounts.login.kinds import LoginTools
from discovery_accounts.login.provider import Answer, Departure, Start
from discovery_accounts.login.saml import KIND
from discovery_accounts.login.saml.api import Entities
from discovery_accounts.login.saml.login import SamlLogin
from tests.fixtures.saml_provider import Form, SamlProvider, Visitor, make_pair

PAGES = "http://127.0.0.1:6543/sign-in/haka"
PERSISTENT = {"subject_attribute": "persistent"}


class KnownEntities:
    """Metadata by entity id, of every source alike."""

    def __init__(self, *entities: tuple[str, bytes]) -> None:
        self.xml = dict(entities)

    def find(self, source: str, entity_id: str) -> bytes | None:
        return self.xml.get(entity_id)

    def only(self, source: str) -> str | None:
        return next(iter(self.xml)) if len(self.xml) == 1 else None


class OnceOnly:
    """What was given before."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str, str], datetime] = {}

    def first_time(self, kind: str, word: str, until: datetime) -> bool:
        first = (kind, word) not in self.seen
        self.seen[kind, word] = until
        return first


@dataclass
class Service:
    """The login, and what it remembers; ``departures`` are requests that wait for their answer."""

    login: SamlLogin
    entities: KnownEntities
    replays: OnceOnly
    departures: dict[str, Departure] = field(default_factory=dict)

    def begin(self, **start: Any) -> str:
        departure = self.login.begin(Start("en", **start))
        self.departures[departure.key] = departure
        return departure.url

    def complete(self, fields: Mapping[str, str]) -> Claim | NoClaim:
        """As services do it: the request is found by the answer, and gone."""
        answer = Answer(fields)
        departure = self.departures.pop(self.login.request_key(answer) or "", None)
        if departure is None:
            return NoClaim("nobody_asked")
        return self.login.complete(departure.memory, answer)

    def sign_in(self, visitor: Visitor, account: str | None = None, **start: Any) -> Claim | NoClaim:
        return self.complete(visitor.sign_in(self.begin(**start), account).fields)

    def answered(self, visitor: Visitor, account: str) -> tuple[Mapping[str, str], Form]:
        """A real answer, not given to us yet, and the memory of its request."""
        departure = self.login.begin(Start("en"))
        return departure.memory, visitor.sign_in(departure.url, account)


def open_saml_login(
    folder: Path,
    provider: SamlProvider,
    pages: str = PAGES,
    *,
    register: bool = True,
    development: bool = True,
    **options: str,
) -> Service:
    """The login ``haka``, its certificate in ``folder``; ``options`` are its other settings."""
    if not (folder / "sp.crt").exists():
        for name, content in _pair().items():
            (folder / name).write_bytes(content)
    settings = LoginSettings(
        "haka", "saml", {"": "Haka", "fi": "Haka-kirjautuminen"}, options=_own(folder, options)
    )
    context = ReadContext("development", {})
    values, faults = read_options(KIND.keys, settings, context)
    assert not faults, faults
    entities, replays = KnownEntities((provider.entity_id, provider.metadata)), OnceOnly()
    tools = LoginTools(
        pages=pages,
        development=development,
        gateway=cast(Gateway, None),
        replays=replays,
        now=lambda: datetime.now(UTC),
        memories={Entities: entities},
    )
    assert KIND.open is not None
    login = KIND.open(settings, values, tools)
    assert isinstance(login, SamlLogin)
    if register:
        provider.register(login.metadata_xml())
    return Service(login, entities, replays)


@cache
def _pair() -> dict[str, bytes]:
    """One pair for all tests: making a key takes long."""
    with TemporaryDirectory() as folder:
        return {path.name: path.read_bytes() for path in make_pair(Path(folder), "sp")}


def _own(folder: Path, options: Mapping[str, str]) -> dict[str, str]:
    own = {
        "metadata_file": "/dev/null",
        "certificate": str(folder / "sp.crt"),
        "key": f"file:{folder / 'sp.key'}",
        **options,
    }
    return {name: value for name, value in own.items() if value}
