"""The settings of one SAML login: ``accounts.login.NAME.…``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from discovery_accounts.config.addresses import url
from discovery_accounts.config.keys import Key
from discovery_accounts.config.parsers import boolean, path, secret, text, words
from discovery_accounts.config.secret import Secret
from discovery_accounts.login.saml.attributes import attribute_map, canonical

KEYS = (
    Key(
        "metadata_url",
        url("https", "http"),
        example="https://metadata.federation.example/federation-metadata.xml",
        help="Where the federation's, or the identity provider's, signed metadata is fetched.",
    ),
    Key(
        "metadata_file",
        path,
        example="/etc/accounts/idp-metadata.xml",
        help="Metadata in a file of this machine, instead of `.metadata_url`.",
    ),
    Key(
        "mdq_url",
        url("https", "http"),
        example="https://mdq.federation.example",
        help="Server that gives signed metadata of one identity provider at a time, instead of `.metadata_url`.",
    ),
    Key(
        "metadata_certificate",
        path,
        example="/etc/accounts/federation-signing.crt",
        help="Certificate whose key signs the metadata, got on a safe way. Needed by `.metadata_url` and "
        "`.mdq_url`; metadata in a file may do without.",
    ),
    Key(
        "entity",
        text,
        example="https://idp.university.example/idp/shibboleth",
        help="Entity id of the one identity provider to use, where the metadata has several. Left out: the "
        "only one there is, or people choose their organisation.",
    ),
    Key(
        "certificate",
        path,
        required=True,
        example="/etc/accounts/saml.crt",
        help="Our certificate, PEM; it is published in our metadata.",
    ),
    Key(
        "key",
        secret,
        required=True,
        example="file:/etc/accounts/saml.key",
        help="Its private key, PEM, RSA of 2048 bits at least, without a password.",
        secret=True,
    ),
    Key(
        "encryption_certificate",
        path,
        example="/etc/accounts/saml-encryption.crt",
        help="Certificate with which identity providers encrypt for us. Left out: `.certificate`.",
    ),
    Key(
        "encryption_key",
        secret,
        example="file:/etc/accounts/saml-encryption.key",
        help="Private key of `.encryption_certificate`.",
        secret=True,
    ),
    Key(
        "next_certificate",
        path,
        example="/etc/accounts/saml-2029.crt",
        help="Certificate that is to follow `.certificate`: published beside it until they are exchanged.",
    ),
    Key(
        "next_key",
        secret,
        example="file:/etc/accounts/saml-2029.key",
        help="Private key of `.next_certificate`.",
        secret=True,
    ),
    Key(
        "subject_attribute",
        words,
        default="subject-id pairwise-id eduPersonUniqueId",
        example="subject-id pairwise-id eduPersonUniqueId eduPersonPrincipalName",
        help="Attributes that tell who it is, the preferred one first; `persistent` is the persistent NameID. "
        "They must never pass from one person to another.",
    ),
    Key(
        "subject_hmac",
        secret,
        example="file:/etc/accounts/subject-hmac.key",
        help="Where the attribute of `.subject_attribute` is a personal identity code: a secret of 32 characters "
        "or more, by which the code is hashed. Accounts can't be found again without it.",
        secret=True,
    ),
    Key(
        "attributes",
        attribute_map,
        default="",
        example="phone=mobile,telephoneNumber user_name=eduPersonUniqueId",
        help="From which attributes the fields of a person come, where the usual ones do not fit: "
        "`user_name`, `given_names`, `family_name`, `identity_code`, `phone`, `email`.",
    ),
    Key(
        "shared_id_attribute",
        text,
        example="eduPersonPrincipalName",
        help="Attribute with the permanent id that library and provider share, for `.match_on`. Where there "
        "are many identity providers it must be a scoped one.",
    ),
    Key(
        "scopes",
        words,
        default="",
        example="university.example",
        help="What may stand behind the @ of scoped attributes, where the metadata of `.entity` has no "
        "`shibmd:Scope`.",
    ),
    Key(
        "authn_context",
        words,
        default="",
        example="https://refeds.org/profile/mfa",
        help="Classes of authentication to ask for; an answer with another one is refused.",
    ),
    Key(
        "strong_context",
        words,
        default="",
        example="http://ftn.ficora.fi/2017/loa2 https://refeds.org/profile/mfa",
        help="Classes of authentication that count as a strong sign-in.",
    ),
    Key(
        "weak_context",
        words,
        default="",
        example="urn:oasis:names:tc:SAML:2.0:ac:classes:PreviousSession",
        help="Classes of authentication that count as a weak sign-in.",
    ),
    Key(
        "force_authn",
        boolean,
        default="no",
        example="yes",
        help="Whether people must prove themselves each time, even when their organisation has a session of theirs.",
    ),
    Key(
        "allow_unsolicited",
        words,
        default="",
        example="https://idp.university.example/idp/shibboleth",
        help="Entity ids of identity providers whose own portal may sign people in here without having been "
        "asked by us. Whoever lures a browser to such a link signs it in as somebody else.",
    ),
)


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A certificate, PEM, and its private key."""

    certificate: bytes = field(repr=False)
    key: Secret


@dataclass(frozen=True, slots=True)
class SamlSettings:
    """What the login needs to know. ``encryption`` are the pairs that can decrypt, the preferred first;
    ``attributes`` gives for each field of a person the names of attributes, the preferred first."""

    signing: KeyPair
    encryption: tuple[KeyPair, ...]
    next: KeyPair | None
    subject: tuple[str, ...]
    attributes: Mapping[str, tuple[str, ...]]
    entity: str | None = None
    subject_hmac: Secret | None = None
    shared_id: str | None = None
    scopes: frozenset[str] = frozenset()
    asked: tuple[str, ...] = ()
    strong: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    force_authn: bool = False
    unsolicited: frozenset[str] = frozenset()

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "SamlSettings":
        """From the values read by :data:`KEYS`. Raises ``OSError`` for a file that can't be read."""
        shared = values["shared_id_attribute"]
        signing = KeyPair(values["certificate"].read_bytes(), values["key"])
        apart, following = pair(values, "encryption_"), pair(values, "next_")
        return cls(
            signing=signing,
            encryption=tuple(each for each in (apart or signing, following) if each),
            next=following,
            subject=tuple(canonical(name) for name in values["subject_attribute"]),
            attributes=values["attributes"],
            entity=values["entity"],
            subject_hmac=values["subject_hmac"],
            shared_id=canonical(shared) if shared else None,
            scopes=frozenset(scope.lower() for scope in values["scopes"]),
            asked=values["authn_context"],
            strong=frozenset(values["strong_context"]),
            weak=frozenset(values["weak_context"]),
            force_authn=values["force_authn"],
            unsolicited=frozenset(values["allow_unsolicited"]),
        )


def pair(values: Mapping[str, Any], prefix: str) -> KeyPair | None:
    """The pair whose keys begin with ``prefix``; ``None`` unless both halves are there."""
    certificate, key = values[f"{prefix}certificate"], values[f"{prefix}key"]
    return KeyPair(certificate.read_bytes(), key) if certificate and key else None
