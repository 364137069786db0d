"""A sign-in by SAML 2.0: Web Browser SSO, request by redirect, answer by POST (saml-profiles 4.1)."""

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from threading import Thread
from urllib.parse import urlsplit

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.domain.strength import Strength
from discovery_accounts.login.checks import Step
from discovery_accounts.login.claim import Attribute, Claim, NoClaim, Why
from discovery_accounts.login.kinds import LoginTools
from discovery_accounts.login.provider import Answer, Departure, EndOrder, ProviderFailure, Start
from discovery_accounts.login.saml import logout
from discovery_accounts.login.saml.answers import SLACK, Expected, Statement, document_of, statement_of
from discovery_accounts.login.saml.attributes import (
    PERSISTENT,
    SCOPED,
    Attributes,
    canonical,
    fields_of,
    person_of,
    within_scopes,
)
from discovery_accounts.login.saml.descriptor import descriptor
from discovery_accounts.login.saml.documents import moment, peek, text_of
from discovery_accounts.login.saml.messages import authn_request
from discovery_accounts.login.saml.name_id import session_of
from discovery_accounts.login.saml.namespaces import SAML
from discovery_accounts.login.saml.party import Party
from discovery_accounts.login.saml.redirect import incoming
from discovery_accounts.login.saml.refused import Refused
from discovery_accounts.login.saml.selftest import steps
from discovery_accounts.login.saml.settings import SamlSettings
from discovery_accounts.login.saml.shape import Shape, shape_of
from discovery_accounts.login.saml.subjects import subject_of

_VERIFICATION = "discovery_accounts.login.saml.verification"
_NOES = frozenset({"AuthnFailed", "RequestDenied", "NoPassive", "UnknownPrincipal", "NoAuthnContext"})


class SamlLogin:
    """Signs in at an identity provider, out there, and out here when it says so."""

    def __init__(self, login: LoginSettings, settings: SamlSettings, tools: LoginTools) -> None:
        self._party = Party(login, settings, tools)
        self._settings = settings
        self._tools = tools

    def begin(self, start: Start) -> Departure:
        _get_ready()
        party, settings = self._party, self._settings
        provider = party.chosen(start.organisation)
        force = start.fresh or settings.force_authn
        envelope = party.envelope(party.address(provider.sign_in))
        persistent = PERSISTENT in settings.subject
        document = authn_request(
            envelope, party.acs, force=force, persistent=persistent, classes=settings.asked
        )
        memory = {"provider": provider.entity_id, "request": envelope.id}
        if force:
            memory["after"] = envelope.at.isoformat()
        return Departure(party.sent(envelope, "SAMLRequest", document), envelope.id, memory)

    def request_key(self, answer: Answer) -> str | None:
        """The request that an answer, to a sign-in or to a sign-out, says it belongs to; ``None`` too for
        one that nobody asked for."""
        try:
            redirected = "SAMLResponse=" in answer.query
            document = incoming(answer.query).document if redirected else document_of(answer.fields)
            return peek(document).get("InResponseTo")
        except Refused:
            return None

    def complete(self, memory: Mapping[str, str], answer: Answer) -> Claim | NoClaim:
        """Check an answer; only what was signed is read. With an empty memory it is one that nobody asked
        for, and refused unless ``.allow_unsolicited`` names its identity provider."""
        try:
            document = document_of(answer.fields)
            shape = shape_of(document)
            return self._claim(document, shape, self._asked(shape, memory), memory)
        except Refused as refused:
            return refused.no_claim

    def destinations(self) -> tuple[str, ...]:
        """``https:``, for an identity provider may pass the browser on to others before it shows a page."""
        if not self._tools.development:
            return ("https:",)
        try:
            parts = urlsplit(self._party.chosen(None).sign_in or "")
        except ProviderFailure:
            return ("https:", "http:")
        return ("https:",) if parts.scheme != "http" else ("https:", f"http://{parts.netloc}")

    def leave(self, memory: Mapping[str, str], language: str) -> Departure | None:  # noqa: ARG002 - the contract's
        """End the session at the provider; its pages choose the language themselves."""
        return logout.leave(self._party, memory)

    def left(self, memory: Mapping[str, str], answer: Answer) -> bool:
        return logout.left(self._party, memory, answer.query)

    def told_to_end(self, answer: Answer) -> EndOrder | NoClaim:
        try:
            return logout.told_to_end(self._party, answer.query)
        except Refused as refused:
            return refused.no_claim

    def metadata_xml(self) -> bytes:
        """Our metadata, for IT and federations to register."""
        return descriptor(self._party)

    def check(self) -> Iterator[Step]:
        return steps(self._party)

    def _claim(self, document: bytes, shape: Shape, name: str, memory: Mapping[str, str]) -> Claim:
        # not at the top: pysaml2 compiles its schemas at import, which takes 1.6 seconds
        from discovery_accounts.login.saml.verification import verified

        party, settings = self._party, self._settings
        provider = party.provider(name)
        expected = Expected(
            party.entity_id, party.acs, provider.entity_id, memory.get("request"), self._tools.now()
        )
        keys = [pair.key for pair in settings.encryption]
        found = verified(document, shape, expected, provider.certificates, keys)
        statement = statement_of(found.shape, expected)
        self._as_asked(statement, memory)
        if not self._tools.replays.first_time("saml-assertion", f"{name} {statement.id}", statement.until):
            raise Refused("assertion_again", Why.NOT_EXPECTED)
        attributes = within_scopes(statement.sent, party.realms(provider))
        between = (provider.entity_id, party.entity_id)
        try:
            subject = subject_of(settings.subject, attributes, found.name_id, between, settings.subject_hmac)
        except Refused as refused:
            raise self._nameless(refused, statement) from None
        session = session_of(name, found.name_id, statement.index) if found.name_id else None
        return Claim(
            login="saml",
            issuer=provider.entity_id,
            subject=subject,
            person=person_of(attributes, settings.attributes),
            strength=self._strength(statement.context),
            shared_id=self._shared_id(attributes),
            provider=session,
            attributes=self._told(statement),
        )

    def _nameless(self, refused: Refused, statement: Statement) -> Refused:
        """Why nobody is known by the answer: what was sent and dropped is another matter than what never came."""
        sent = {canonical(name) for name, values in statement.sent if values}
        dropped = sent & SCOPED.intersection(self._settings.subject)
        return Refused("subject_scope", refused.why) if dropped and refused.code == "no_subject" else refused

    def _asked(self, shape: Shape, memory: Mapping[str, str]) -> str:
        """The provider that must have signed a yes; nothing is verified yet."""
        if memory and shape.response.get("InResponseTo") != memory["request"]:
            raise Refused("in_response_to", Why.NOT_EXPECTED)
        issuer = text_of(shape.response.find(f"{SAML}Issuer"))
        if not memory and not self._may_come_unasked(issuer):
            raise Refused("unsolicited", Why.NOT_EXPECTED)
        if no := shape.says_no:
            why = Why.NOT_STRONG_ENOUGH if no == "NoAuthnContext" else Why.CANCELLED
            raise Refused(f"provider_says_{no if no in _NOES else 'no'}", why)
        return memory["provider"] if memory else issuer

    def _may_come_unasked(self, issuer: str) -> bool:
        """Where one provider is named, no other: its people's ids would be taken for those of the named one."""
        one = self._settings.entity
        return issuer in self._settings.unsolicited and one in {None, issuer}

    def _as_asked(self, statement: Statement, memory: Mapping[str, str]) -> None:
        after = moment(memory.get("after"))
        if after is not None and statement.proved_at < after - SLACK:
            raise Refused("not_fresh", Why.NOT_STRONG_ENOUGH)
        if self._settings.asked and statement.context not in self._settings.asked:
            raise Refused("authn_context", Why.NOT_STRONG_ENOUGH)

    def _strength(self, context: str) -> Strength:
        if context in self._settings.weak:
            return Strength.WEAK
        return Strength.STRONG if context in self._settings.strong else Strength.NORMAL

    def _shared_id(self, attributes: Attributes) -> str | None:
        values = attributes.get(self._settings.shared_id or "", ())
        return values[0] if len(values) == 1 and values[0].isprintable() and len(values[0]) <= 255 else None

    def _told(self, statement: Statement) -> tuple[Attribute, ...]:
        return tuple(
            Attribute(name, values, fields_of(name, self._settings.attributes))
            for name, values in statement.sent
        )


def _get_ready() -> None:
    """Load what the first answer of this process needs while the person is at the provider."""
    if _VERIFICATION not in sys.modules:
        Thread(target=import_module, args=(_VERIFICATION,), name="saml-schemas", daemon=True).start()
