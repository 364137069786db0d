"""One request as views see it: who asks, in which language, and how to answer."""

import secrets
import uuid
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from pyramid.request import Request
from pyramid.response import Response

from discovery_accounts.config.settings import LoginSettings, Settings
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.masking import mask_name
from discovery_accounts.domain.return_address import safe_return
from discovery_accounts.locale.catalogues import AUTONYMS
from discovery_accounts.services.entering import Visitor
from discovery_accounts.services.house import House
from discovery_accounts.services.maintenance import Maintenance, Told
from discovery_accounts.services.sessions import API, BROWSER, Sessions
from discovery_accounts.services.tokens import new_token
from discovery_accounts.web import cookies as names
from discovery_accounts.web.client import browser_words, client_address
from discovery_accounts.web.cookies import Cookies
from discovery_accounts.web.csrf import csrf_token
from discovery_accounts.web.language import negotiate
from discovery_accounts.web.notice_kinds import NOTICE_KINDS
from discovery_accounts.web.pages.shapes import MaintenanceView, Notice, Page
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.rendering import Pages
from discovery_accounts.web.words import Words

STAFF = "password"
"""The kind of login that is for staff: not among the ways that patrons choose from."""

SECRET_FIELDS = ("pin", "password", "card_number", "old_pin", "new_pin", "new_pin_again")
"""Fields that are never taken from an address, and never shown again."""

ROUTES = "accounts."
"""What the names of our routes begin with, so that they don't meet a host portal's."""


class Visit:
    """Made by the entrance, once a request. ``house`` and ``pages`` live as long as the process."""

    def __init__(self, request: Request, house: House, pages: Pages) -> None:
        self.request = request
        self.house = house
        self._pages = pages
        self.cookies = Cookies(house.settings)
        self.body: Mapping[str, Any] = {}
        """Of a call of the API: what was sent, checked against the contract."""
        self.about: tuple[str, ...] = ()
        """Libraries that this page is about: what they have to tell of maintenance stands at its top."""
        self.form_targets: tuple[str, ...] = ()
        """Origins beside ours and the portals' that a form of this page may lead to."""
        self.notice_values: Mapping[str, str] = {}
        """What the notice at the page's top may name, of what the page shows."""
        self.runs_worker = False
        """Whether this page may start our service worker."""

    @property
    def settings(self) -> Settings:
        return self.house.settings

    @cached_property
    def now(self) -> datetime:
        return self.house.now()

    @property
    def zone(self) -> ZoneInfo:
        """Of moments that belong to no library."""
        return self._pages.zone

    def zone_of(self, library: str) -> ZoneInfo:
        """Of a library's days; ours where it has no settings just now."""
        found = self.house.libraries.get(library)
        return self.zone if found is None else found.timezone

    @property
    def is_fresh(self) -> bool:
        """Whether who is signed in proved identity a moment ago (checklist L4)."""
        return self.signed_in.is_fresh(self.now, self.settings.session.fresh_minutes)

    @property
    def may_decide(self) -> bool:
        """What ``services.sessions.require_decider`` will say: where not, a page asks before it shows its forms."""
        return self.signed_in.sees_all and self.is_fresh

    @cached_property
    def bearer(self) -> str | None:
        """The token of the ``Authorization`` header, where there is one."""
        kind, _, token = self.request.headers.get("Authorization", "").partition(" ")
        return token.strip() if kind.lower() == "bearer" and token.strip() else None

    @cached_property
    def session_token(self) -> str | None:
        return self.cookies.get(self.request.cookies, names.SESSION)

    @cached_property
    def actor(self) -> Actor | None:
        """Who asks, by bearer token or session cookie; a token given in vain is not made up for by a cookie."""
        token = self.bearer or self.session_token
        found = Sessions(self.house).find(token) if token else None
        kind = API if self.bearer else BROWSER
        return found if found is not None and found.kind == kind else None

    @property
    def signed_in(self) -> Actor:
        """Who asks, where the route needs somebody to."""
        if self.actor is None:
            raise Refusal(401, "sign_in_required")
        return self.actor

    @property
    def alone(self) -> bool:
        """Whether this is an application of our own, not a part of a host portal's."""
        return self._pages.alone

    @cached_property
    def owner(self) -> str | None:
        """The account as devices may know it: by this they tell whose is what they keep."""
        if self.actor is None:
            return None
        return self.house.vault.keyed_hash("device", str(self.actor.account_id))

    @property
    def can_keep(self) -> bool:
        """Whether a device may keep a card's page. Not where our worker would take the place of a host's, and
        not for staff, who sign in at desks."""
        login = self.settings.login(self.signed_in.login_name or self.signed_in.login)
        return (self.alone or bool(self.root)) and (login is None or login.kind != STAFF)

    @cached_property
    def visitor_token(self) -> str:
        """The word this browser has before sign-in; made when it has none."""
        return self.cookies.get(self.request.cookies, names.VISITOR) or new_token()

    @cached_property
    def given_login_word(self) -> str | None:
        """The word by which this browser's sign-in under way is its own; ``None`` when it has none."""
        return self.cookies.get(self.request.cookies, names.LOGIN)

    @cached_property
    def login_word(self) -> str:
        """The same, made when it has none; set the cookie then."""
        return self.given_login_word or new_token()

    @property
    def csrf_base(self) -> str:
        return self.session_token if self.session_token and self.actor else self.visitor_token

    @cached_property
    def language(self) -> str:
        chosen = self.cookies.get(self.request.cookies, names.LANGUAGE)
        if self.actor is not None and self.actor.language:
            chosen = self.actor.language
        accepted = self.request.headers.get("Accept-Language")
        return negotiate(accepted, chosen, self.settings.languages)

    @cached_property
    def nonce(self) -> str:
        return secrets.token_urlsafe(16)

    @cached_property
    def address(self) -> str | None:
        return client_address(
            self.request.environ.get("REMOTE_ADDR"),
            self.request.headers.get("X-Forwarded-For"),
            self.settings.trusted_proxies,
        )

    @property
    def known_token(self) -> str | None:
        """The word by which this browser is known to have signed in before."""
        return self.cookies.get(self.request.cookies, names.KNOWN)

    def visitor(self, kind: str) -> Visitor:
        return Visitor(
            kind=kind,
            address=self.address,
            browser=browser_words(self.request.headers.get("User-Agent")),
            known_token=self.known_token,
            language=self.language,
        )

    @cached_property
    def has_secret_in_address(self) -> bool:
        """Whether the query has a field that belongs into a form only; it is then never repeated."""
        return any(name in self.request.GET for name in SECRET_FIELDS)

    def path_id(self, name: str, refusal: str) -> uuid.UUID:
        """An id from the path; what is no id is nobody's, so it is refused as unknown."""
        try:
            return uuid.UUID(self.request.matchdict[name])
        except ValueError:
            raise Refusal(404, refusal) from None

    def form(self, name: str) -> str:
        """A field of the posted form; empty when it is missing. Never from the address."""
        value = self.request.POST.get(name, "")
        return value if isinstance(value, str) else ""

    @property
    def ways_to_sign_in(self) -> tuple[LoginSettings, ...]:
        """Those that patrons choose from."""
        return tuple(login for login in self.settings.logins if login.kind != STAFF)

    def login_title(self, login: LoginSettings) -> str:
        """What a way of signing in is called; one without a name of its own by its kind."""
        return login.title(self.language) if login.names else Words(self.language).login_title(login)

    def url(self, route: str, **parts: Any) -> str:
        addresses, make = self._pages.addresses, self.request.route_path
        if parts:
            return addresses.fill(self.request, ROUTES + route, parts, make)
        return addresses.find(self.request, ROUTES + route, make)

    def static(self, name: str) -> str:
        asset = f"discovery_accounts:static/{name}"
        return self._pages.addresses.find(self.request, asset, self.request.static_path)

    @property
    def root(self) -> str:
        """The path under which our pages are, without a slash at its end."""
        return self.url("home").rstrip("/")

    def return_to(self, asked: str | None, default_route: str) -> str:
        return safe_return(asked, self.root, self.settings.portal_origins, self.url(default_route))

    def render(self, template: str, *, section: str = "", status: int = 200, **context: Any) -> Response:
        """A page of ours."""
        context = {"page": self._page(section), "status": status, **context}
        html = self._pages.render(template, self.language, self.now, **context)
        response = Response(html, status=status, content_type="text/html", charset="utf-8")
        if self.session_token is None or self.actor is None:
            self.cookies.set(response, names.VISITOR, self.visitor_token)
        if self.cookies.get(self.request.cookies, names.NOTICE):
            self.cookies.drop(response, names.NOTICE)
        return response

    def redirect(self, location: str, notice: str | None = None) -> Response:
        """303 to another page, which shows ``notice`` (a code) once."""
        response = Response(status=303, location=location)
        if notice is not None:
            self.cookies.set(response, names.NOTICE, notice)
        return response

    def _page(self, section: str) -> Page:
        return Page(
            language=self.language,
            languages=tuple((code, AUTONYMS[code]) for code in self.settings.languages),
            csrf=csrf_token(self.house.vault, self.csrf_base),
            nonce=self.nonce,
            url=self.url,
            static=self.static,
            section=section,
            here=self.here,
            signed_in=self.actor is not None,
            account_name=self._account_name(),
            masked=self.actor is not None and not self.actor.sees_all,
            mail_returns=self.actor is not None and self.actor.mail_returns,
            notices=self._notices(),
            maintenance=self._maintenance(),
            reviews=self.settings.reviews != "none",
            owner=self.owner,
            installable=self.alone,
            several_ways=len(self.ways_to_sign_in) > 1,
            staff_login=next((one.name for one in self.settings.logins if one.kind == STAFF), None),
        )

    def _maintenance(self) -> tuple[MaintenanceView, ...]:
        return tuple(map(self._told, Maintenance(self.house).shown(self.about, self.now)))

    def _told(self, told: Told) -> MaintenanceView:
        library = self.house.libraries.get(told.library)
        language, text = told.text_in(self.language)
        until = told.ends_at.astimezone(self.zone_of(told.library))
        title = library.title(self.language) if library else told.library
        return MaintenanceView(title, told.kind.value, language, text, until)

    def _account_name(self) -> str | None:
        if self.actor is None or self.actor.name is None:
            return None
        return self.actor.name if self.actor.sees_all else mask_name(self.actor.name)

    @property
    def here(self) -> str:
        """The address of this page, for coming back to it. A query is kept only of pages that are read."""
        try:
            path = str(self.request.path)
        except UnicodeDecodeError:
            return self.url("home")
        route = self.request.matched_route
        if self.request.method != "GET" and route is not None and route.name in _SHOWN_BY:
            return self.url(_SHOWN_BY[route.name])
        if self.request.method == "GET" and self.request.query_string and not self.has_secret_in_address:
            return f"{path}?{self.request.query_string}"
        return path

    def _notices(self) -> tuple[Notice, ...]:
        code = self.cookies.get(self.request.cookies, names.NOTICE)
        return (Notice(NOTICE_KINDS[code], code, self.notice_values),) if code in NOTICE_KINDS else ()


_SHOWN_BY = {
    ROUTES + "language": "home",
    ROUTES + "account_email": "account",
    ROUTES + "session_end": "account",
    ROUTES + "sessions_end_others": "account",
}
"""Addresses that only take forms, and the page such a form is on."""
