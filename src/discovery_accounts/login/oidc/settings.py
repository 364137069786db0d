"""The settings of one OpenID Connect login: ``accounts.login.NAME.…``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from discovery_accounts.config.faults import Fault
from discovery_accounts.config.keys import Key, ReadContext
from discovery_accounts.config.parsers import boolean, choice, path, secret, text, words
from discovery_accounts.config.secret import Secret
from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.login.oidc import settings_parsers as own

KEYS = (
    Key(
        "issuer",
        own.issuer,
        required=True,
        example="https://idp.university.example",
        help="The provider's issuer, letter by letter as its metadata says: a slash at the end counts.",
    ),
    Key("client_id", text, required=True, example="library-portal", help="Our client id at the provider."),
    Key(
        "client_secret",
        secret,
        example="env:IDP_SECRET",
        help="The secret that belongs to it; none with `auth_method = none`.",
        secret=True,
    ),
    Key(
        "auth_method",
        choice("client_secret_basic", "client_secret_post", "none"),
        default="client_secret_basic",
        example="client_secret_post",
        help="How we show the provider that it is us: `client_secret_basic`, `client_secret_post`, or `none`"
        " for a public client.",
    ),
    Key(
        "scope",
        own.scope,
        default="openid profile email",
        example="openid profile",
        help="What we ask the provider for; `openid` must be in it.",
    ),
    Key(
        "acr_values",
        words,
        default="",
        example="idporten-loa-substantial",
        help="Levels of assurance (acr) that we ask for, the dearest first. A sign-in at another level is"
        " refused; see `accepted_acr`. Left out: any.",
    ),
    Key(
        "accepted_acr",
        words,
        default="",
        example="idporten-loa-substantial idporten-loa-high",
        help="Levels that will do, where the provider may answer with a better one than was asked for."
        " Left out: those of `acr_values`.",
    ),
    Key(
        "strong_acr",
        words,
        default="",
        example="idporten-loa-substantial idporten-loa-high",
        help="Levels that make a sign-in strong.",
    ),
    Key("weak_acr", words, default="", example="self-registered", help="Levels that make a sign-in weak."),
    Key(
        "subject_claim",
        own.subject_claim,
        default="sub",
        example="oid",
        help="The claim by which a person is known again, together with the issuer. It must never change and"
        " never be given to somebody else.",
    ),
    Key(
        "shared_id_claim",
        own.claim,
        example="employee_number",
        help="The claim with the permanent id that the library has too; `match_on` says in which field.",
    ),
    Key(
        "claims",
        own.mapping,
        default="",
        example="phone=mobile user_name=eppn,preferred_username identity_code=",
        help="From which claims a person's data is taken, where that differs: `field=claim`, several claims"
        " with commas (the first that is told), nothing behind `=` to take nothing. Fields: `user_name`,"
        " `given_names`, `family_name`, `identity_code`, `phone`, `email`.",
    ),
    Key(
        "realm",
        own.realm,
        example="university.example",
        help="What is put behind a user name that has no `@`. Left out: the host name of the issuer.",
    ),
    Key(
        "userinfo",
        boolean,
        default="yes",
        example="no",
        help="Whether the provider is asked for more than its ID token says.",
    ),
    Key(
        "algorithms",
        own.algorithms,
        default="RS256 ES256 PS256",
        example="RS256",
        help="Algorithms that tokens may be signed with. `none` and shared secrets (`HS256`) never are.",
    ),
    Key(
        "untyped_logout",
        boolean,
        default="no",
        example="yes",
        help="Accept orders to sign out whose header does not say `logout+jwt`, as older providers send them.",
    ),
    Key(
        "ca_file",
        path,
        example="/etc/ssl/university-ca.pem",
        help="Certificates (PEM) that the provider's own must come from. Left out: the system's.",
    ),
    Key(
        "private_addresses",
        boolean,
        example="yes",
        help="Whether the provider may have an address inside the own network. Left out: only in development.",
    ),
)

USUAL_CLAIMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "user_name": (
            "eduPersonPrincipalName",
            "eduperson_principal_name",
            "https://n.feide.no/claims/eduPersonPrincipalName",
            "preferred_username",
        ),
        "given_names": ("given_name",),
        "family_name": ("family_name",),
        "identity_code": ("pid",),
        "phone": ("phone_number",),
        "email": ("email",),
    }
)
"""Field of a person: the claims it is taken from where ``claims`` says nothing; the first that is told."""

AuthMethod = Literal["client_secret_basic", "client_secret_post", "none"]


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """What one login knows of its provider and its client there. ``claims`` is the mapping that was set."""

    issuer: str
    client_id: str
    client_secret: Secret | None = None
    auth_method: AuthMethod = "client_secret_basic"
    scope: str = "openid profile email"
    acr_values: tuple[str, ...] = ()
    accepted_acr: tuple[str, ...] = ()
    strong_acr: tuple[str, ...] = ()
    weak_acr: tuple[str, ...] = ()
    subject_claim: str = "sub"
    shared_id_claim: str | None = None
    claims: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    realm: str | None = None
    userinfo: bool = True
    algorithms: tuple[str, ...] = ("RS256", "ES256", "PS256")
    untyped_logout: bool = False
    ca_file: Path | None = None
    private_addresses: bool | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "OidcSettings":
        """From the values read by :data:`KEYS`."""
        return cls(**{key.name: values[key.name] for key in KEYS})

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels one of which a sign-in must have; empty: any will do."""
        return self.accepted_acr or self.acr_values

    def names(self, person_field: str) -> tuple[str, ...]:
        """The claims that a field of a person is taken from, the first that is told."""
        return self.claims.get(person_field, USUAL_CLAIMS[person_field])


def check(login: LoginSettings, values: Mapping[str, Any], _context: ReadContext) -> tuple[Fault, ...]:
    """What no single key shows."""
    settings = OidcSettings.of(values)
    public = settings.auth_method == "none"
    faults = []
    if settings.client_secret is None and not public:
        why = "is missing; only with auth_method = none there is none"
        faults.append(Fault(f"{login.prefix}client_secret", why, "env:IDP_SECRET"))
    if settings.client_secret is not None and public:
        faults.append(Fault(f"{login.prefix}client_secret", "is not used with auth_method = none"))
    if set(settings.strong_acr) & set(settings.weak_acr):
        faults.append(Fault(f"{login.prefix}weak_acr", "names a level that strong_acr names too"))
    if settings.subject_claim in settings.names("identity_code"):
        why = "must not be the personal identity code, which is kept encrypted or not at all"
        faults.append(Fault(f"{login.prefix}subject_claim", why, "sub"))
    if login.match_on is not None and settings.shared_id_claim is None:
        why = "is missing: match_on needs to know the claim with the permanent id"
        faults.append(Fault(f"{login.prefix}shared_id_claim", why, "employee_number"))
    if settings.ca_file is not None and not settings.ca_file.is_file():
        faults.append(Fault(f"{login.prefix}ca_file", "is no file that can be read"))
    return tuple(faults)
