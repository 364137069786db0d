"""Attributes of people: their many names, whose they may be, and which field of ours they become."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from discovery_accounts.config.keys import BadValue, ReadContext
from discovery_accounts.config.parsers import words
from discovery_accounts.domain.person import FIELDS, Person, line_of

Attributes = Mapping[str, tuple[str, ...]]
"""Values by name, as :func:`canonical` gives it."""

PERSISTENT = "persistent"
"""Stands among names of attributes for the persistent NameID."""

# eduPerson, SCHAC, norEdu, inetOrgPerson, the Finnish and Swedish national profiles, SAML subject identifiers
_OIDS = {
    "eduPersonPrincipalName": "1.3.6.1.4.1.5923.1.1.1.6",
    "eduPersonScopedAffiliation": "1.3.6.1.4.1.5923.1.1.1.9",
    "eduPersonAffiliation": "1.3.6.1.4.1.5923.1.1.1.1",
    "eduPersonEntitlement": "1.3.6.1.4.1.5923.1.1.1.7",
    "eduPersonUniqueId": "1.3.6.1.4.1.5923.1.1.1.13",
    "schacHomeOrganization": "1.3.6.1.4.1.25178.1.2.9",
    "schacPersonalUniqueCode": "1.3.6.1.4.1.25178.1.2.14",
    "schacPersonalUniqueID": "1.3.6.1.4.1.25178.1.2.15",
    "schacDateOfBirth": "1.3.6.1.4.1.25178.1.2.3",
    "norEduPersonNIN": "1.3.6.1.4.1.2428.90.1.5",
    "nationalIdentificationNumber": "1.2.246.21",
    "personalIdentityNumber": "1.2.752.29.4.13",
    "uid": "0.9.2342.19200300.100.1.1",
    "mail": "0.9.2342.19200300.100.1.3",
    "mobile": "0.9.2342.19200300.100.1.41",
    "telephoneNumber": "2.5.4.20",
    "cn": "2.5.4.3",
    "sn": "2.5.4.4",
    "givenName": "2.5.4.42",
    "displayName": "2.16.840.1.113730.3.1.241",
    "employeeNumber": "2.16.840.1.113730.3.1.3",
    "preferredLanguage": "2.16.840.1.113730.3.1.39",
}
_URIS = {
    "subject-id": "urn:oasis:names:tc:SAML:attribute:subject-id",
    "pairwise-id": "urn:oasis:names:tc:SAML:attribute:pairwise-id",
    "CurrentGivenName": "http://eidas.europa.eu/attributes/naturalperson/CurrentGivenName",
    "CurrentFamilyName": "http://eidas.europa.eu/attributes/naturalperson/CurrentFamilyName",
}
URI_OF = {name: f"urn:oid:{oid}" for name, oid in _OIDS.items()} | _URIS
_SHORT = {uri: name for name, uri in URI_OF.items()}
_MACE = "urn:mace:dir:attribute-def:"

SCOPED = frozenset(
    {
        "eduPersonPrincipalName",
        "eduPersonScopedAffiliation",
        "eduPersonUniqueId",
        "subject-id",
        "pairwise-id",
    }
)
"""What stands behind the @ of these is a realm, and an identity provider may speak for its own only."""
SHARED_BY_MANY = frozenset({"eduPersonScopedAffiliation"})
"""Those of them that say in which role somebody is, not who it is."""

USUAL: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "user_name": ("eduPersonPrincipalName", "subject-id", "eduPersonUniqueId"),
        "given_names": ("givenName", "CurrentGivenName"),
        "family_name": ("sn", "CurrentFamilyName"),
        "identity_code": (
            "nationalIdentificationNumber",
            "norEduPersonNIN",
            "personalIdentityNumber",
            "schacPersonalUniqueID",
        ),
        "phone": ("mobile", "telephoneNumber"),
        "email": ("mail",),
    }
)


def canonical(name: str) -> str:
    """The short name of an attribute known by its OID, URI or old name; any other name as it is."""
    return _SHORT.get(name) or name.removeprefix(_MACE)


def attribute_map(given: str, context: ReadContext) -> Mapping[str, tuple[str, ...]]:
    """``field=attribute,attribute`` for some fields of a person; the others keep their usual ones."""
    found = dict(USUAL)
    for word in words(given, context):
        field, equals, names = word.partition("=")
        if not equals or field not in FIELDS:
            raise BadValue(f"must be words like email=mail; the fields are: {' '.join(FIELDS)}")
        found[field] = tuple(canonical(name) for name in names.split(",") if name)
    return MappingProxyType(found)


def within_scopes(sent: Iterable[tuple[str, tuple[str, ...]]], scopes: Collection[str]) -> Attributes:
    """Attributes by canonical name; scoped values of a realm that is not among ``scopes`` are left out."""
    found: dict[str, tuple[str, ...]] = {}
    for name, values in sent:
        short = canonical(name)
        if short in SCOPED:
            values = tuple(value for value in values if _scope(value) in scopes)
        found[short] = tuple(dict.fromkeys((*found.get(short, ()), *values)))
    return {name: values for name, values in found.items() if values}


def person_of(attributes: Attributes, sources: Mapping[str, tuple[str, ...]]) -> Person:
    """What was told of the person, in our words; of several values the first that is a line."""
    told = {}
    for field, names in sources.items():
        value = next(
            (line for name in names for line in map(line_of, attributes.get(name, ())) if line), None
        )
        if value:
            told[field] = _bare(value) if field == "identity_code" else value
    return Person.from_mapping(told)


def fields_of(name: str, sources: Mapping[str, tuple[str, ...]]) -> str:
    """The fields of a person that an attribute may become, for IT trying out settings."""
    return " ".join(field for field, names in sources.items() if canonical(name) in names)


def _scope(value: str) -> str:
    user, at, scope = value.rpartition("@")
    return scope.lower() if at and user else ""


def _bare(code: str) -> str:
    """A code without the name space that SCHAC puts before it (urn:schac:personalUniqueID:fi:HETU:…)."""
    return code.rpartition(":")[2] if code.lower().startswith("urn:schac:") else code
