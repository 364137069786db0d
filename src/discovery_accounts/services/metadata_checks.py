"""What ``logins check`` tells of a login's metadata: how old it is, how long it lasts, who signs it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.login.checks import Level, Step
from discovery_accounts.login.saml.metadata import MetadataRefused
from discovery_accounts.login.saml.metadata_signature import read_certificates
from discovery_accounts.models import ProviderSource
from discovery_accounts.services.house import House
from discovery_accounts.services.kept_metadata import KeptMetadata
from discovery_accounts.services.metadata_sources import Kind, MetadataSource, metadata_source

WARN_VALIDITY = timedelta(days=7)
WARN_CERTIFICATE = timedelta(days=30)
WARN_AGE = timedelta(hours=26)  # read every hour, and newer than a day unless the last tries failed

_RUN = "discovery-accounts run refresh-metadata"


def metadata_steps(house: House, login: LoginSettings) -> Iterator[Step]:
    """The steps for a login; none where it has no metadata. Asks the database and files, never a server."""
    source = metadata_source(house.settings, login)
    if source is None:
        return
    now = house.now()
    if source.certificate is not None:
        yield _certificate(source, now)
    state = KeptMetadata(house.database).state(source)
    yield from _reading(source, state, now)
    if state is not None and state.read_at is not None and source.kind is not Kind.MDQ:
        yield _validity(source, state, now)


def _certificate(source: MetadataSource, now: datetime) -> Step:
    """That it runs out harms no signature, as the key is pinned; but then the federation takes a new one."""
    what = "metadata certificate"
    try:
        assert source.certificate is not None
        certificates = read_certificates(source.certificate)
    except MetadataRefused as refusal:
        return Step(what, Level.FAILED, refusal.detail, "Put the federation's certificate there, PEM.")
    last = max(certificate.not_valid_after_utc for certificate in certificates)
    found = f"{len(certificates)} pinned, the last one until {last:%Y-%m-%d}"
    if last - now > WARN_CERTIFICATE:
        return Step(what, Level.OK, found, until=last.date())
    advice = "Get the federation's new certificate on a safe way and add it to the file, beside the old one."
    return Step(what, Level.WARNING, found, advice, last.date())


def _reading(source: MetadataSource, state: ProviderSource | None, now: datetime) -> Iterator[Step]:
    what = "metadata"
    if state is None or state.read_at is None:
        if state is not None and state.failure is not None:
            yield Step(what, Level.FAILED, f"never read; {state.failure}", _advice(state.failure))
        elif source.kind is Kind.MDQ:
            yield Step(what, Level.OK, "nothing asked for yet")
        else:
            yield Step(what, Level.FAILED, "not read yet", f"Run: {_RUN}")
        return
    age = now - state.read_at
    found = f"{state.entities} identity providers, read {_words(age)} ago"
    if state.failure is not None:
        yield Step(what, Level.WARNING, f"{found}; last failure: {state.failure}", _advice(state.failure))
    elif age > WARN_AGE and source.kind is not Kind.MDQ:
        yield Step(what, Level.WARNING, found, f"Is the clock of the jobs running? Or run: {_RUN}")
    else:
        yield Step(what, Level.OK, found)


def _validity(source: MetadataSource, state: ProviderSource, now: datetime) -> Step:
    what, until = "metadata validity", state.valid_until
    if until is None:
        if source.pinned:
            return Step(what, Level.OK, "the file tells no end")
        advice = "Ask the federation for metadata with validUntil: without it an old copy can be passed off as new."
        return Step(what, Level.WARNING, "tells no end", advice)
    found = f"until {until:%Y-%m-%d %H:%M} UTC"
    if until <= now:
        return Step(what, Level.FAILED, f"over, {found}", f"Nobody can sign in. Run: {_RUN}", until.date())
    if until - now <= WARN_VALIDITY:
        advice = "New metadata should come before that day. If it does not, ask the federation."
        return Step(what, Level.WARNING, found, advice, until.date())
    return Step(what, Level.OK, found, until=until.date())


def _advice(failure: str) -> str:
    code = failure.partition(":")[0]
    return _ADVICE.get(code, _ADVICE["http"] if code.startswith("http_") else _ADVICE["unreachable"])


_ADVICE = {
    "unreachable": "Is the address right, and may this machine call it? What was read before is used while valid.",
    "timed_out": "The server is slow or mute. What was read before is used while it is valid.",
    "http": "Open the address in a browser; ask the federation whether it has moved.",
    "redirected": "The address has moved: put the new one into the settings, after asking the federation.",
    "not_https": "Use an https address.",
    "unreadable": "May the portal's user read the file?",
    "too_large": "Is it the right address? Ask the federation for a smaller list, such as identity providers only.",
    "certificate": "Put the federation's certificate there, PEM, and name it as metadata_certificate.",
    "signature": "Compare the pinned certificate with the federation's by its fingerprint. If it is right, somebody "
    "changed the metadata: tell the federation.",
    "unsigned": "Only signed metadata is taken. Is it the right address?",
    "expired": "The federation must publish new metadata; an old copy may come from a cache on the way.",
    "empty": "There is no identity provider in it. Is it the right address?",
    "not_single": "A list of several providers needs metadata_certificate.",
    "xmlsec1_missing": "Install xmlsec1.",
    "weak_algorithm": "The federation signs with SHA-1; it must use SHA-256 or better.",
}


def _words(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 48 * 60 else f"{minutes // 1440} days"
