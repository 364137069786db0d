"""What is wrong with the settings that no single key shows: files, pairs, whom a shared id may come from."""

from collections.abc import Iterator, Mapping
from typing import Any

from discovery_accounts.config.faults import Fault
from discovery_accounts.config.keys import ReadContext
from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.login.saml.attributes import SCOPED, SHARED_BY_MANY, canonical
from discovery_accounts.login.saml.certificates import belong_together, certificate, private_key
from discovery_accounts.login.saml.settings import KEYS

_EXAMPLES = {key.name: key.example for key in KEYS}
_SOURCES = ("metadata_url", "metadata_file", "mdq_url")
_LEAST_HMAC = 32  # characters
_NOBODYS = "must tell people apart: everybody in a role has the same affiliation"


def faults(login: LoginSettings, values: Mapping[str, Any], _context: ReadContext) -> tuple[Fault, ...]:
    """Every fault at once."""
    found = [*_pairs(values), *_metadata(values), *_subject(values)]
    return tuple(Fault(login.prefix + name, problem, _EXAMPLES[name]) for name, problem in found)


def _pairs(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for prefix in ("", "encryption_", "next_"):
        path, key = values[f"{prefix}certificate"], values[f"{prefix}key"]
        if path is None and key is None:
            continue
        if path is None or key is None:
            missing = "certificate" if path is None else "key"
            yield f"{prefix}{missing}", "is missing beside the other half of the pair"
            continue
        try:
            pem = path.read_bytes()
            certificate(pem)
        except OSError as error:
            yield f"{prefix}certificate", f"can't be read: {error.strerror}"
            continue
        except ValueError as error:
            yield f"{prefix}certificate", str(error)
            continue
        try:
            private_key(key)
        except ValueError as error:
            yield f"{prefix}key", str(error)
            continue
        if not belong_together(pem, key):
            yield f"{prefix}key", f"is not the key of .{prefix}certificate"


def _metadata(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    given = [name for name in _SOURCES if values[name]]
    if not given:
        yield "metadata_url", "is missing, and so are .metadata_file and .mdq_url"
    if len(given) > 1:
        yield given[1], f"can't be set beside .{given[0]}"
    if values["entity"] and set(values["allow_unsolicited"]) - {values["entity"]}:
        yield "allow_unsolicited", "can't name another than .entity"
    signer = values["metadata_certificate"]
    if signer is None and given and given[0] != "metadata_file":
        yield "metadata_certificate", f"is missing: what .{given[0]} gives must be signed"
    for name in ("metadata_file", "metadata_certificate"):
        if values[name] is not None and not values[name].is_file():
            yield name, "is not a file"


def _subject(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if not values["subject_attribute"]:
        yield "subject_attribute", "must name an attribute"
    if SHARED_BY_MANY.intersection(canonical(name) for name in values["subject_attribute"]):
        yield "subject_attribute", _NOBODYS
    hashed_by, shared = values["subject_hmac"], values["shared_id_attribute"]
    if hashed_by is not None and len(hashed_by.reveal()) < _LEAST_HMAC:
        yield "subject_hmac", f"must have {_LEAST_HMAC} characters or more"
    if shared is not None and canonical(shared) in SHARED_BY_MANY:
        yield "shared_id_attribute", _NOBODYS
    if shared is not None and canonical(shared) not in SCOPED and values["entity"] is None:
        # any identity provider of a federation could otherwise claim to know a patron of another's
        yield (
            "shared_id_attribute",
            "must be a scoped attribute, unless .entity names the one identity provider",
        )
