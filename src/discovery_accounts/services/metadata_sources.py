"""Where each login by SAML has its metadata from, as its settings say."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from discovery_accounts.config.keys import ReadContext, read_keys
from discovery_accounts.config.settings import LoginSettings, Settings
from discovery_accounts.login.saml.settings import KEYS

_KINDS = {"metadata_file": "file", "metadata_url": "url", "mdq_url": "mdq"}
_KEYS = tuple(key for key in KEYS if key.name in {*_KINDS, "metadata_certificate", "entity"})


class Kind(StrEnum):
    FILE = "file"
    URL = "url"
    MDQ = "mdq"
    """A server that is asked for one entity at a time."""


@dataclass(frozen=True, slots=True)
class MetadataSource:
    """``address`` is a path or a URL; ``entity`` the one identity provider to use of many, if one is set."""

    login: str
    kind: Kind
    address: str
    certificate: Path | None
    entity: str | None
    development: bool

    @property
    def origin(self) -> str:
        """What came from another address is none of this source's."""
        return sha256(f"{self.kind}:{self.address}".encode()).hexdigest()

    @property
    def pinned(self) -> bool:
        """Whether IT put the one provider's metadata there by hand: then the file itself is what is trusted."""
        return self.kind is Kind.FILE and self.certificate is None


def metadata_source(settings: Settings, login: LoginSettings) -> MetadataSource | None:
    """The source of a login; ``None`` where it has none."""
    if login.kind != "saml":
        return None
    section = {key.name: login.options[key.name] for key in _KEYS if key.name in login.options}
    values, _faults = read_keys(_KEYS, section, login.prefix, ReadContext(settings.stage))
    for key, kind in _KINDS.items():
        if values.get(key):
            return MetadataSource(
                login=login.name,
                kind=Kind(kind),
                address=str(values[key]),
                certificate=values.get("metadata_certificate"),
                entity=values.get("entity"),
                development=settings.development,
            )
    return None


def metadata_sources(settings: Settings) -> Mapping[str, MetadataSource]:
    """All sources, by the names of their logins."""
    found = {login.name: metadata_source(settings, login) for login in settings.logins}
    return {name: source for name, source in found.items() if source is not None}
