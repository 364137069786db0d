"""What ``logins check`` looks at: keys, metadata, xmlsec1, clock."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import requests

from discovery_accounts.login.checks import Level, Step
from discovery_accounts.login.provider import ProviderFailure
from discovery_accounts.login.saml.answers import SLACK
from discovery_accounts.login.saml.certificates import ends
from discovery_accounts.login.saml.identity_provider import IdentityProvider
from discovery_accounts.login.saml.party import Party
from discovery_accounts.login.saml.xmlsec import XmlsecMissing, version

_PROVIDER = "identity provider"
_AHEAD = timedelta(days=30)
_SOON = timedelta(days=2)
_SECONDS = 5.0


def steps(party: Party) -> Iterator[Step]:
    """Each step by itself: what one finds does not stop the others."""
    now = party.tools.now()
    yield _program()
    yield from _own_certificates(party, now)
    if party.settings.entity is None and party.entities.only(party.login.name) is None:
        advice = "when it should be one: set .entity, or look at the reading of the metadata"
        yield Step(_PROVIDER, Level.OK, "no single one; people choose theirs", advice)
        return
    try:
        provider = party.chosen(None)
        party.address(provider.sign_in)
    except ProviderFailure as failure:
        yield Step(_PROVIDER, Level.FAILED, str(failure), "read the metadata again, or ask its publisher")
        return
    yield _validity(provider, now)
    yield from _provider_certificates(provider, now)
    yield _scopes(party, provider)
    yield from _page(provider, now)


def _program() -> Step:
    try:
        found = ".".join(str(part) for part in version())
    except XmlsecMissing as error:
        return Step("xmlsec1", Level.FAILED, str(error), "install xmlsec1 (Debian: apt install xmlsec1)")
    return Step("xmlsec1", Level.OK, found)


def _own_certificates(party: Party, now: datetime) -> Iterator[Step]:
    settings = party.settings
    yield _certificate(
        "our certificate", settings.signing.certificate, now, "set .next_certificate, register it"
    )
    first = settings.encryption[0]
    if first != settings.signing:
        yield _certificate("our encryption certificate", first.certificate, now, "register a new one")
    if settings.next:
        yield _certificate("our next certificate", settings.next.certificate, now, "make one that lasts")


def _provider_certificates(provider: IdentityProvider, now: datetime) -> Iterator[Step]:
    """One that has ended still proves who signs: the key is what counts, and the metadata that names it."""
    for pem in provider.certificates:
        advice = "ask the provider whether a new one follows"
        yield _certificate("the provider's certificate", pem, now, advice, over=Level.WARNING)


def _certificate(what: str, pem: bytes, now: datetime, advice: str, over: Level = Level.FAILED) -> Step:
    until = ends(pem)
    if until <= now:
        return Step(what, over, "has ended", advice, until.date())
    if until <= now + _AHEAD:
        return Step(what, Level.WARNING, f"ends in {(until - now).days} days", advice, until.date())
    return Step(what, Level.OK, "is valid", until=until.date())


def _validity(provider: IdentityProvider, now: datetime) -> Step:
    until = provider.valid_until
    if until is None:
        return Step(_PROVIDER, Level.OK, f"{provider.entity_id}, without an end")
    level = Level.WARNING if until <= now + _SOON else Level.OK
    return Step(_PROVIDER, level, provider.entity_id, "look at the reading of the metadata", until.date())


def _scopes(party: Party, provider: IdentityProvider) -> Step:
    realms = party.realms(provider)
    if realms:
        return Step("scopes", Level.OK, " ".join(sorted(realms)[:5]))
    advice = "scoped attributes such as eduPersonPrincipalName are dropped; set .entity and .scopes"
    return Step("scopes", Level.WARNING, "the metadata names none", advice)


def _page(provider: IdentityProvider, now: datetime) -> Iterator[Step]:
    """The page that people are sent to, which need not answer us; and the clock, as its server tells it."""
    what, where = "sign-in page", urlsplit(provider.sign_in or "").netloc
    try:
        answer = requests.head(provider.sign_in or "", timeout=_SECONDS, allow_redirects=False)
    except requests.RequestException as error:
        found = f"{where} does not answer this machine ({type(error).__name__})"
        advice = (
            "open it in a browser: if it does not answer there either, nobody can sign in, ask the organisation;"
            " if it does, a firewall is between, and our clock is to be compared by hand (timedatectl)"
        )
        yield Step(what, Level.WARNING, found, advice)
        return
    yield Step(what, Level.OK, f"{where} answers")
    yield _clock(answer.headers.get("Date", ""), now)


def _clock(told: str, now: datetime) -> Step:
    try:
        theirs = parsedate_to_datetime(told)
    except (ValueError, TypeError, OverflowError):
        return Step("clock", Level.WARNING, "the provider tells no time", "compare by hand: date -u")
    apart = abs(now - (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)))
    if apart > SLACK:
        found = f"{apart.total_seconds():.0f} seconds apart from the provider's"
        return Step("clock", Level.FAILED, found, "set our clock by NTP, or ask the provider to")
    return Step("clock", Level.OK, "agrees with the provider's")
