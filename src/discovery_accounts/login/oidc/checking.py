"""The login tests its own settings: steps that an IT person can read at night."""

from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from authlib.integrations.base_client import OAuthError
from requests import Response

from discovery_accounts.login.checks import Level, Step
from discovery_accounts.login.kinds import LoginTools
from discovery_accounts.login.oidc.advice import ADVICE, advice
from discovery_accounts.login.oidc.discovery import Discovery, Metadata
from discovery_accounts.login.oidc.settings import OidcSettings
from discovery_accounts.login.oidc.tokens import LEEWAY
from discovery_accounts.login.oidc.wire import Wire, failures, host, json_object, word
from discovery_accounts.login.provider import ProviderFailure

MOST_SKEW = 30  # seconds; tokens are accepted with LEEWAY
_NO_CODE = "self-test"  # no provider ever gave it


class Checking:
    """Asks the provider itself, past everything that is kept."""

    def __init__(self, settings: OidcSettings, wire: Wire, discovery: Discovery, tools: LoginTools) -> None:
        self._settings = settings
        self._wire = wire
        self._discovery = discovery
        self._tools = tools

    def steps(self) -> Iterator[Step]:
        """Never raises; ends early when there is nothing to look at."""
        url = self._discovery.url
        try:
            answer = self._wire.fetch(url)
            document = json_object(answer, url)
            metadata = Metadata.of(document, self._settings.issuer, self._tools.development)
        except ProviderFailure as failure:
            yield _failed("metadata", failure)
            return
        yield Step("metadata", Level.OK, f"read from {url}; it is this issuer's")
        named = [f"{name.removesuffix('_endpoint')} {host(where)}" for name, where in _endpoints(metadata)]
        yield Step("endpoints", Level.OK, ", ".join(named))
        yield self._keys(metadata)
        yield self._clock(answer)
        yield self._client(metadata)
        yield _announced(document, "code_challenge_methods_supported", ("S256",), "PKCE", "a stolen code")
        yield from self._wishes(document)
        yield self._sign_out(document, metadata)

    def _keys(self, metadata: Metadata) -> Step:
        try:
            ring = self._discovery.read_keys(metadata)
        except ProviderFailure as failure:
            return _failed("signing keys", failure)
        if not ring.keys:
            return _failed("signing keys", ProviderFailure("no_keys", f"{ring.published} published"))
        announced = _words(metadata.document, "id_token_signing_alg_values_supported")
        able = [name for name in ring.able(self._settings.algorithms) if not announced or name in announced]
        found = f"{len(ring.keys)} of {ring.published} can be used, for {' '.join(able) or 'nothing'}"
        if able:
            return Step("signing keys", Level.OK, found)
        seen = " ".join(announced) or "nothing"
        why = f"The provider signs with {seen}, .algorithms takes {' '.join(self._settings.algorithms)}."
        return Step("signing keys", Level.FAILED, found, f"{why} Have another one registered, or change it.")

    def _clock(self, answer: Response) -> Step:
        try:
            theirs = parsedate_to_datetime(answer.headers.get("Date", ""))
            seconds = round((theirs - self._tools.now()).total_seconds())
        except (ValueError, TypeError, OverflowError):
            return Step("clock", Level.WARNING, "the provider tells no time", "Compare by hand: date -u.")
        if abs(seconds) <= MOST_SKEW:
            return Step("clock", Level.OK, f"{abs(seconds)} s apart")
        way = "ahead of" if seconds > 0 else "behind"
        todo = f"Let this machine keep time (timedatectl); from {LEEWAY} s on sign-ins are refused."
        level = Level.FAILED if abs(seconds) > LEEWAY else Level.WARNING
        return Step("clock", level, f"theirs is {abs(seconds)} s {way} ours", todo)

    def _client(self, metadata: Metadata) -> Step:
        """Shows our credentials with a code that was never given: who says that the code is wrong has
        accepted them."""
        endpoint = metadata.token_endpoint
        code = {"grant_type": "authorization_code", "code": _NO_CODE, "code_verifier": _NO_CODE * 5}
        try:
            with self._wire.session() as session, failures(endpoint):
                session.fetch_token(endpoint, **code)
        except OAuthError as error:
            said = word(error.error)
        except ProviderFailure as failure:
            return _failed("client", failure)
        else:
            said = "nothing"
        if said == "invalid_grant":
            return Step("client", Level.OK, "the provider knows us")
        if said in ("invalid_client", "unauthorized_client"):
            return Step("client", Level.FAILED, said, ADVICE["client_refused"])
        todo = "Try a sign-in: the provider answers in a way that tells neither yes nor no."
        return Step("client", Level.WARNING, said, todo)

    def _wishes(self, document: Mapping[str, Any]) -> Iterator[Step]:
        settings = self._settings
        yield _announced(document, "scopes_supported", tuple(settings.scope.split()), "scope", "data")
        if settings.subject_claim != "sub":
            name, wanted = "claims_supported", (settings.subject_claim,)
            yield _announced(document, name, wanted, "subject claim", "that nobody can sign in")
        if settings.acr_values:
            name = "acr_values_supported"
            yield _announced(document, name, settings.acr_values, "levels", "a level that is refused")

    def _sign_out(self, document: Mapping[str, Any], metadata: Metadata) -> Step:
        pages = self._tools.pages
        there = metadata.end_session_endpoint is not None
        told = document.get("backchannel_logout_supported") is True
        if there and told:
            found = f"there and by it; registered must be {pages}/signed-out, {pages}/backchannel-logout"
            return Step("sign-out", Level.OK, found)
        if there:
            todo = "People who sign out at the provider stay signed in here until their session ends."
            return Step("sign-out", Level.WARNING, "there only: it does not tell us of its own end", todo)
        todo = "Tell people on shared machines to sign out at the provider too: the next one could come in."
        return Step("sign-out", Level.WARNING, "the provider has no page for it", todo)


def _failed(what: str, failure: ProviderFailure) -> Step:
    return Step(what, Level.FAILED, str(failure), advice(failure))


def _endpoints(metadata: Metadata) -> Iterator[tuple[str, str]]:
    yield "authorization", metadata.authorization_endpoint
    yield "token", metadata.token_endpoint
    if metadata.userinfo_endpoint is not None:
        yield "userinfo", metadata.userinfo_endpoint


def _announced(document: Mapping[str, Any], name: str, wanted: tuple[str, ...], what: str, risk: str) -> Step:
    """Whether the provider announces all that we want of it; an announcement is optional."""
    announced = _words(document, name)
    missing = [each for each in wanted if each not in announced]
    if not missing:
        return Step(what, Level.OK, " ".join(wanted))
    if not announced:
        return Step(
            what, Level.WARNING, "not announced", f"Ask the provider whether it has {' '.join(missing)}."
        )
    todo = f"Ask the provider whether it has {' '.join(missing)}; without it expect {risk}."
    return Step(what, Level.WARNING, f"not announced: {' '.join(missing)}", todo)


def _words(document: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = document.get(name)
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()
