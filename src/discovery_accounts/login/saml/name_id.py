"""How a provider calls a person towards us, and the session it has for them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from discovery_accounts.login.claim import ProviderSession


@dataclass(frozen=True, slots=True)
class NameId:
    """A NameID; the qualifiers are the entity ids it holds between, empty where they go without saying."""

    text: str = field(repr=False)
    format: str = ""
    qualifier: str = ""
    sp_qualifier: str = ""


def session_of(provider: str, name_id: NameId, index: str) -> ProviderSession:
    """The session as the provider may name it later, and what ending it takes."""
    handles = handles_of(provider, name_id.text, ())
    if index:
        handles += handles_of(provider, name_id.text, [index])
    memory = {
        "provider": provider,
        "name": name_id.text,
        "format": name_id.format,
        "nq": name_id.qualifier,
        "spnq": name_id.sp_qualifier,
        "index": index,
    }
    return ProviderSession(handles, {key: value for key, value in memory.items() if value})


def handles_of(provider: str, name: str, indexes: Iterable[str]) -> tuple[str, ...]:
    """Words for sessions: each of the ``indexes``, or without any all sessions of the person there. Hashed,
    so that no name of a person stands in them."""
    found = tuple(f"index:{_hash(provider, name, index)}" for index in indexes)
    return found or (f"name:{_hash(provider, name)}",)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
