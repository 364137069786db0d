"""``/privacy``: the register description, made from the settings (rules 9.1): who answers for the data, what is kept
why and how long, where it is from and goes to, and what people may ask for."""

from collections.abc import Mapping
from dataclasses import dataclass

from pyramid.response import Response

from discovery_accounts.config.register import Register
from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.marking import marked as _
from discovery_accounts.services.retention.policies import rules_of
from discovery_accounts.web.visit import Visit

_PUBLIC_TASK = "public_task"
_GROUNDS: Mapping[str, str] = {
    _PUBLIC_TASK: _("A task in the public interest that the law gives to libraries (GDPR, article 6.1 e)."),
    "consent": _("Your consent (GDPR, article 6.1 a)."),
    "contract": _("An agreement with you (GDPR, article 6.1 b)."),
}
_ORGANISATIONS = frozenset({"saml", "oidc", "ldap"})


@dataclass(frozen=True, slots=True)
class ControllerView:
    """Who answers for the data. ``address`` leads to the library's own description. What is ``None`` was not set."""

    name: str
    contact: str | None
    officer: str | None
    authority: str | None
    ground: str
    disclosure: str | None
    transfers: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class LibraryView:
    """What a library's settings mean for its patrons. Months of 0: never."""

    title: str
    keeps_pins: bool
    idle_months: int
    membership_months: int
    university_months: int
    linking: bool
    removes_patrons: bool
    handover_age: int


@dataclass(frozen=True, slots=True)
class TransferView:
    """A way of signing in by which an organisation tells a library about people."""

    login: str
    library: str | None
    by_consent: bool


def show(visit: Visit) -> Response:
    settings = visit.settings
    controllers = _controllers(visit)
    return visit.render(
        "privacy.html",
        section="privacy",
        controllers=controllers,
        joint=len(controllers) > 1,
        libraries=tuple(_library(one, visit) for one in visit.house.libraries.values()),
        organisations=tuple(_transfers(visit)),
        months=settings.retention.account_months,
        warn_days=tuple(sorted(settings.retention.warn_days, reverse=True)),
        audit_months=settings.retention.audit_months,
        session_hours=settings.session.absolute_hours,
        texts=settings.texts is not None,
        reviews=settings.reviews,
        alerts=bool(settings.sources),
    )


def _controllers(visit: Visit) -> tuple[ControllerView, ...]:
    """The portal's own, where it has one, and the libraries that name theirs; without the former all libraries."""
    language, own = visit.language, visit.settings.register
    found = []
    name = own.text("controller", language)
    if name is not None:
        found.append(_controller(visit, name, own, own))
    for one in visit.house.libraries.values():
        named = one.register.text("controller", language)
        if named is not None or name is None:
            found.append(_controller(visit, named or one.title(language), one.register, own))
    return tuple(found)


def _controller(visit: Visit, name: str, register: Register, portal: Register) -> ControllerView:
    language = visit.language
    ground = register.given.get("legal_basis") or portal.given.get("legal_basis") or _PUBLIC_TASK

    def told(what: str) -> str | None:
        return register.text(what, language) or portal.text(what, language)

    return ControllerView(
        name,
        told("contact"),
        told("officer"),
        told("authority"),
        translations(language).gettext(_GROUNDS[ground]),
        told("disclosure"),
        told("transfers"),
        register.given.get("url"),
    )


def _library(one: LibrarySettings, visit: Visit) -> LibraryView:
    return LibraryView(
        one.title(visit.language),
        one.pin_storage == "encrypted",
        one.idle_patron_months,
        one.membership_months,
        one.university_months,
        one.linking,
        bool(rules_of(visit.house, one.name)),
        one.handover_age,
    )


def _transfers(visit: Visit) -> list[TransferView]:
    found = []
    for login in visit.ways_to_sign_in:
        if login.kind in _ORGANISATIONS:
            library = visit.house.libraries.get(login.library or "")
            title = library.title(visit.language) if library else None
            found.append(TransferView(visit.login_title(login), title, login.legal_basis == "consent"))
    return found
