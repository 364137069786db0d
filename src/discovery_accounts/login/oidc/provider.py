"""Signing in at an OpenID provider: code flow with PKCE, ID token, userinfo, and signing out."""

import re
import secrets
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from authlib.common.urls import add_params_to_uri
from authlib.integrations.base_client import OAuthError

from discovery_accounts.login.checks import Step
from discovery_accounts.login.claim import Claim, NoClaim, Why
from discovery_accounts.login.kinds import LoginTools
from discovery_accounts.login.oidc.checking import Checking
from discovery_accounts.login.oidc.discovery import Discovery, Metadata
from discovery_accounts.login.oidc.logout import LogoutOrders, provider_session
from discovery_accounts.login.oidc.person import attributes_of, person_of, strength_of, text_of
from discovery_accounts.login.oidc.refusals import refused_at_sign_in, refused_code
from discovery_accounts.login.oidc.settings import OidcSettings
from discovery_accounts.login.oidc.tokens import Asked, Claims, Tokens, same
from discovery_accounts.login.oidc.wire import Wire, failures
from discovery_accounts.login.provider import Answer, Departure, EndOrder, ProviderFailure, Start

_CODE = re.compile(r"[\x20-\x7e]{1,4096}")  # RFC 6749, appendix A.11
_NOT_EXPECTED = Why.NOT_EXPECTED


class OidcLogin:
    """One client at one provider. Made once, used by all threads; connects at first use."""

    def __init__(self, settings: OidcSettings, tools: LoginTools) -> None:
        self._settings = settings
        self._tools = tools
        private = settings.private_addresses
        allowed = tools.development if private is None else private
        self._wire = Wire(settings, allowed, f"{tools.pages}/callback")
        self._discovery = Discovery(settings.issuer, self._wire, tools.development, tools.now)
        self._tokens = Tokens(settings, self._discovery, tools.now)
        self._orders = LogoutOrders(settings, self._tokens, tools.replays)
        self._checking = Checking(settings, self._wire, self._discovery, tools)

    def begin(self, start: Start) -> Departure:
        """To the provider's sign-in page; ``fresh`` asks it to let nobody in by an older sign-in."""
        endpoint = self._discovery.metadata().authorization_endpoint
        memory = {
            "issuer": self._settings.issuer,
            "state": secrets.token_urlsafe(24),
            "nonce": secrets.token_urlsafe(24),
            "verifier": secrets.token_urlsafe(48),
        }
        wishes = {"ui_locales": start.language}
        if self._settings.acr_values:
            wishes["acr_values"] = " ".join(self._settings.acr_values)
        if start.fresh:
            wishes |= {"prompt": "login", "max_age": "0"}
            memory["fresh_since"] = str(self._tokens.seconds())
        with self._wire.session() as session, failures(endpoint):
            url, _ = session.create_authorization_url(
                endpoint,
                state=memory["state"],
                nonce=memory["nonce"],
                code_verifier=memory["verifier"],
                **wishes,
            )
        return Departure(url, memory["state"], memory)

    def request_key(self, answer: Answer) -> str | None:
        """The ``state`` that the answer carries."""
        return answer.fields.get("state") or None

    def complete(self, memory: Mapping[str, str], answer: Answer) -> Claim | NoClaim:
        """The person, by what the provider says for the code that came with the answer."""
        metadata = self._discovery.metadata()
        code = self._code(memory, answer.fields, metadata)
        if isinstance(code, NoClaim):
            return code
        token = self._redeem(code, memory["verifier"], metadata)
        if isinstance(token, NoClaim):
            return token
        id_token, access_token = token.get("id_token"), token.get("access_token")
        if not isinstance(id_token, str):
            raise ProviderFailure("no_id_token", "the provider gave none; is openid in the scope?")
        if not isinstance(access_token, str):
            access_token = None
        fresh_since = memory.get("fresh_since")
        asked = Asked(memory["nonce"], access_token, int(fresh_since) if fresh_since else None)
        signed = self._tokens.id_token(id_token, asked)
        if isinstance(signed, NoClaim):
            return signed
        told = self._told(signed, access_token, metadata)
        return told if isinstance(told, NoClaim) else self._claim(signed, told, id_token)

    def destinations(self) -> tuple[str, ...]:
        """Any https address: browsers hold redirects that follow a form to the same rule, and providers
        send people on at once to the organisation they belong to."""
        parts = urlsplit(self._settings.issuer)
        return ("https:",) if parts.scheme == "https" else (f"{parts.scheme}://{parts.netloc}", "https:")

    def leave(self, memory: Mapping[str, str], language: str) -> Departure | None:
        """To the page where the provider ends its own session (RP-Initiated Logout 1.0)."""
        endpoint = self._discovery.metadata().end_session_endpoint
        if endpoint is None:
            return None
        state = secrets.token_urlsafe(24)
        fields = {
            "id_token_hint": memory.get("id_token", ""),
            "client_id": self._settings.client_id,
            "post_logout_redirect_uri": f"{self._tools.pages}/signed-out",
            "state": state,
            "ui_locales": language,
        }
        with failures(endpoint):
            url = add_params_to_uri(endpoint, [(name, text) for name, text in fields.items() if text])
        return Departure(url, state, {"state": state})

    def left(self, memory: Mapping[str, str], answer: Answer) -> bool:
        """Whether the provider came back from ``leave`` without an error."""
        state = memory.get("state", "")
        return state != "" and same(answer.fields.get("state"), state) and "error" not in answer.fields

    def told_to_end(self, answer: Answer) -> EndOrder | NoClaim:
        """The provider's order in ``logout_token``, by which no browser comes along."""
        return self._orders.read(answer.fields.get("logout_token", ""))

    def check(self) -> Iterator[Step]:
        """Step by step what an IT person would look at."""
        return self._checking.steps()

    def _code(
        self, memory: Mapping[str, str], fields: Mapping[str, str], metadata: Metadata
    ) -> str | NoClaim:
        """The code, when the answer is this provider's to this request."""
        if memory.get("issuer") != self._settings.issuer or not same(fields.get("state"), memory["state"]):
            return NoClaim("state", _NOT_EXPECTED)
        said = fields.get("iss")
        if said is None and metadata.names_itself:
            return NoClaim("issuer_missing", Why.NOT_TRUSTED)
        if said is not None and said != self._settings.issuer:
            return NoClaim("issuer_of_another", Why.NOT_TRUSTED)
        if "error" in fields:
            return refused_at_sign_in(fields["error"])
        code = fields.get("code", "")
        return code if _CODE.fullmatch(code) else NoClaim("code", _NOT_EXPECTED)

    def _redeem(self, code: str, verifier: str, metadata: Metadata) -> Mapping[str, Any] | NoClaim:
        endpoint = metadata.token_endpoint
        with self._wire.session() as session, failures(endpoint):
            try:
                token: Mapping[str, Any] = session.fetch_token(
                    endpoint, grant_type="authorization_code", code=code, code_verifier=verifier
                )
            except OAuthError as error:
                return refused_code(error.error)
        return token

    def _told(self, signed: Claims, access_token: str | None, metadata: Metadata) -> Claims | NoClaim:
        """All claims; what is signed goes before what was asked for beside it."""
        endpoint = metadata.userinfo_endpoint
        if endpoint is None or access_token is None or not self._settings.userinfo:
            return signed
        told = self._wire.fetch_object(endpoint, access_token)
        if not same(told.get("sub"), str(signed["sub"])):
            return NoClaim("userinfo_of_another", Why.NOT_TRUSTED)
        return {**told, **signed}

    def _claim(self, signed: Claims, told: Claims, id_token: str) -> Claim | NoClaim:
        settings = self._settings
        subject = text_of(told, settings.subject_claim)
        if subject is None:
            return NoClaim("subject_missing", Why.ATTRIBUTE_MISSING)
        shared = text_of(told, settings.shared_id_claim) if settings.shared_id_claim else None
        return Claim(
            "oidc",
            settings.issuer,
            subject,
            person=person_of(told, settings),
            strength=strength_of(signed, settings),
            shared_id=shared,
            provider=provider_session(signed, id_token),
            attributes=attributes_of(told, settings),
        )
