"""Opening the house: from settings to everything that services need, once a process."""

import contextlib
import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import make_url

from discovery_accounts.config.keys import ReadContext
from discovery_accounts.config.settings import LibrarySettings, LoginSettings, Settings
from discovery_accounts.connectors.gateway import Gateway
from discovery_accounts.connectors.http import LibraryHttp
from discovery_accounts.connectors.registry import open_libraries
from discovery_accounts.connectors.transport import Transport
from discovery_accounts.login.kinds import LoginTools, open_logins
from discovery_accounts.login.saml.api import Entities
from discovery_accounts.mail.build import build_mailer, build_texts
from discovery_accounts.models.database import Database, open_engine
from discovery_accounts.services.answer_cache import open_cache
from discovery_accounts.services.house import Clock, House, system_clock
from discovery_accounts.services.provider_entities import ProviderEntities
from discovery_accounts.services.replays import StoredReplays
from discovery_accounts.sources.registry import open_sources
from discovery_accounts.telemetry.log import event
from discovery_accounts.vault.keyring import KeyRing
from discovery_accounts.vault.vault import Vault

log = logging.getLogger(__name__)


def open_house(
    settings: Settings,
    *,
    clock: Clock = system_clock,
    transport_for: Callable[[LibrarySettings], Transport] = LibraryHttp,
) -> House:
    """Open everything. A library whose settings are faulty is left out and reported; nothing connects yet.

    Raises ``KeyRingError`` when the key ring is missing (in production) or readable by others.
    """
    libraries = open_libraries(settings, transport_for)
    for name, faults in libraries.faults.items():
        for fault in faults:
            event(
                log, "library.faulty", level=logging.ERROR, library=name, key=fault.key, problem=fault.problem
            )
    sources = open_sources(settings)
    for name, faults in sources.faults.items():
        for fault in faults:
            event(
                log, "source.faulty", level=logging.ERROR, source=name, key=fault.key, problem=fault.problem
            )
    gateway = Gateway(libraries)
    database = open_database(settings)
    mailer = build_mailer(settings.mail, settings.stage)
    return House(
        settings=settings,
        database=database,
        vault=Vault(KeyRing.open(settings.keys, create=settings.development)),
        gateway=gateway,
        cache=open_cache(settings.cache_url.reveal()),
        mailer=mailer,
        texts=build_texts(settings.texts, mailer),
        libraries={lib.name: lib for lib in settings.libraries if lib.name not in libraries.faults},
        logins=_open_logins(settings, database, gateway, clock),
        sources=sources,
        clock=clock,
    )


def _open_logins(
    settings: Settings, database: Database, gateway: Gateway, clock: Clock
) -> Mapping[str, object]:
    replays = StoredReplays(database)
    memories: dict[type, object] = {Entities: ProviderEntities(settings, database, clock)}

    def tools(login: LoginSettings) -> LoginTools:
        return LoginTools(
            pages=f"{settings.public_url}/sign-in/{login.name}",
            development=settings.development,
            gateway=gateway,
            replays=replays,
            now=clock,
            memories=memories,
        )

    return MappingProxyType(open_logins(settings, ReadContext(settings.stage), tools))


def open_database(settings: Settings) -> Database:
    """The database alone, for commands that need nothing else."""
    url = settings.database_url.reveal()
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
        _make_private(Path(str(parsed.database)))
    return Database(open_engine(url))


def _make_private(path: Path) -> None:
    """A new database file is its owner's only; SQLite gives its side files the same mode."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
