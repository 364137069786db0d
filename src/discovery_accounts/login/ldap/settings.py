"""The settings of one LDAP login: ``accounts.login.NAME.…``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from discovery_accounts.config import addresses
from discovery_accounts.config.faults import Fault
from discovery_accounts.config.keys import BadValue, Key, ReadContext
from discovery_accounts.config.parsers import boolean, choice, path, seconds, secret, text
from discovery_accounts.config.secret import Secret
from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.config.stage import is_loopback
from discovery_accounts.domain.person import FIELDS
from discovery_accounts.domain.strength import Strength
from discovery_accounts.login.ldap.tls import verifying_context

USERNAME = "{username}"
_ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\.[0-9]+)+")
_PORTS = {"ldap": 389, "ldaps": 636}
_DEFAULT_ATTRIBUTES = (
    "user_name=eduPersonPrincipalName,uid given_names=givenName family_name=sn email=mail "
    "phone=mobile,telephoneNumber"
)
# Change hands, or may be chosen by the person: never who somebody is (checklist L1, L3)
_NO_SUBJECTS = {"mail", "email", "cn", "sn", "givenname", "displayname", "mobile", "telephonenumber"}


@dataclass(frozen=True, slots=True)
class Server:
    """One directory server. ``tls`` is from the first byte (``ldaps``)."""

    host: str
    port: int
    tls: bool

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'ldaps' if self.tls else 'ldap'}://{host}:{self.port}"


def _servers(given: str, context: ReadContext) -> tuple[Server, ...]:
    """Addresses parted by spaces; the first that answers is asked."""
    found = []
    for word in given.split():
        parts = urlsplit(addresses.url(*_PORTS)(word, context))
        if parts.path:
            raise BadValue("must hold nothing behind host and port")
        found.append(
            Server(parts.hostname or "", parts.port or _PORTS[parts.scheme], parts.scheme == "ldaps")
        )
    if len(set(found)) < len(found):
        raise BadValue("names a server twice")
    return tuple(found)


def _filter(given: str, context: ReadContext) -> str:
    found = text(given, context)
    # In values parentheses are written \28 and \29, so all that are here must pair up
    whole = found.startswith("(") and found.endswith(")") and found.count("(") == found.count(")")
    if not whole or USERNAME not in found:
        raise BadValue(f"must be a filter in parentheses with {USERNAME} in it")
    return found


def _attribute(given: str, _context: ReadContext) -> str | None:
    if given and not _ATTRIBUTE.fullmatch(given):
        raise BadValue("must be the name of an attribute")
    return given or None


def _attributes(given: str, context: ReadContext) -> Mapping[str, tuple[str, ...]]:
    """``field=attribute,attribute`` for some fields; the others keep their defaults."""
    found: dict[str, tuple[str, ...]] = {}
    for word in f"{_DEFAULT_ATTRIBUTES} {given}".split():
        name, sign, names = word.partition("=")
        if not sign or name not in FIELDS:
            raise BadValue(f"must be FIELD=ATTRIBUTE,…; fields are {', '.join(FIELDS)}")
        parsed = (_attribute(each, context) for each in names.split(","))
        found[name] = tuple(each for each in parsed if each)
    return MappingProxyType(found)


KEYS = (
    Key(
        "url",
        _servers,
        required=True,
        example="ldaps://ldap1.uni.example ldaps://ldap2.uni.example",
        help="The directory's servers, `ldaps://` or `ldap://`. When one does not answer, the next is asked.",
    ),
    Key(
        "ca_file",
        path,
        example="/etc/ssl/uni-ca.pem",
        help="Certificates of the authorities that may vouch for the servers. Left out: the system's.",
    ),
    Key(
        "start_tls",
        boolean,
        default="true",
        example="true",
        help="Whether `ldap://` is encrypted by StartTLS before anything is sent.",
    ),
    Key(
        "insecure",
        boolean,
        default="false",
        example="true",
        help="Let passwords travel unencrypted; warns. Certificates are always verified.",
    ),
    Key(
        "bind_dn",
        text,
        example="cn=portal,ou=services,dc=uni,dc=example",
        help="Account that looks people up. Left out: nobody's, where the directory lets strangers search.",
    ),
    Key("bind_password", secret, example="env:LDAP_PASSWORD", help="Password of `bind_dn`.", secret=True),
    Key(
        "base_dn",
        text,
        required=True,
        example="ou=people,dc=uni,dc=example",
        help="Where people are, at any depth below.",
    ),
    Key(
        "filter",
        _filter,
        default=f"(uid={USERNAME})",
        example=f"(&(objectClass=person)(sAMAccountName={USERNAME}))",
        help="Finds the one entry of a user name.",
    ),
    Key(
        "subject_attribute",
        _attribute,
        default="entryUUID",
        example="objectGUID",
        help="Permanent id by which a person is known again, never given to another one. "
        "Active Directory: `objectGUID`.",
    ),
    Key(
        "attributes",
        _attributes,
        default=_DEFAULT_ATTRIBUTES,
        example="identity_code=norEduPersonNIN phone=",
        help="What is taken over: `FIELD=ATTRIBUTE`, several attributes with commas, the first that has a "
        "value counts; nothing behind `=`: not taken. Fields that are not named keep the default.",
    ),
    Key(
        "realm",
        text,
        example="uni.example",
        help="Makes `name@realm` of a user name that has no `@`. Left out: such a name is not taken over.",
    ),
    Key(
        "shared_id_attribute",
        _attribute,
        example="employeeNumber",
        help="Permanent id that the library knows its patron by as well; see `.match_on`.",
    ),
    Key(
        "valid_until_attribute",
        _attribute,
        default="schacExpiryDate",
        example="accountExpires",
        help="Last moment of the account there; later nobody gets in by it. Set empty: none.",
    ),
    Key("timeout", seconds(0.2, 30), default="5", example="5", help="Seconds for one server to answer."),
    Key(
        "strength",
        choice(*Strength),
        default=Strength.NORMAL.value,
        example="normal",
        help="How sure this makes us of who it is: `weak`, `normal` or `strong`.",
    ),
)


@dataclass(frozen=True, slots=True)
class LdapSettings:
    """What the login knows of the directory. ``attributes`` are names there by field of ours."""

    servers: tuple[Server, ...]
    base_dn: str
    filter: str
    subject_attribute: str
    attributes: Mapping[str, tuple[str, ...]]
    ca_file: Path | None = None
    start_tls: bool = True
    bind_dn: str | None = None
    bind_password: Secret | None = field(default=None, repr=False)
    realm: str | None = None
    shared_id_attribute: str | None = None
    valid_until_attribute: str | None = None
    timeout: float = 5.0
    strength: Strength = Strength.NORMAL

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "LdapSettings":
        """From the values read by :data:`KEYS`."""
        rest = {name: value for name, value in values.items() if name not in ("url", "strength", "insecure")}
        return cls(servers=values["url"], strength=Strength(values["strength"]), **rest)

    def encrypted(self, server: Server) -> bool:
        return server.tls or self.start_tls

    @property
    def wanted(self) -> tuple[str, ...]:
        """The names of all attributes that are asked for, and no others."""
        own = (self.subject_attribute, self.shared_id_attribute, self.valid_until_attribute)
        taken = [name for names in self.attributes.values() for name in names]
        return tuple(dict.fromkeys(name for name in (*own, *taken) if name))


def faults(login: LoginSettings, values: Mapping[str, Any], context: ReadContext) -> tuple[Fault, ...]:
    """What is wrong between the keys."""
    settings, found = LdapSettings.of(values), []
    plain = [server for server in settings.servers if not settings.encrypted(server)]
    on_this_machine = all(is_loopback(server.host) for server in plain)
    if plain and not values["insecure"] and not (context.development and on_this_machine):
        why = f"passwords would travel unencrypted; that takes {login.prefix}insecure = true"
        found.append(Fault(f"{login.prefix}start_tls", why, "true"))
    if bool(settings.bind_dn) != bool(settings.bind_password):
        why = "bind_dn and bind_password belong together; one of them is missing"
        found.append(Fault(f"{login.prefix}bind_password", why, "env:LDAP_PASSWORD"))
    if not settings.subject_attribute or settings.subject_attribute.lower() in _NO_SUBJECTS:
        why = "must be permanent and never be given to another person"
        found.append(Fault(f"{login.prefix}subject_attribute", why, "entryUUID"))
    try:
        verifying_context(settings.ca_file)
    except ValueError as problem:
        found.append(Fault(f"{login.prefix}ca_file", str(problem), "/etc/ssl/uni-ca.pem"))
    return tuple(found)
