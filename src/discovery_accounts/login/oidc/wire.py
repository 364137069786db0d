"""Calls to a provider: over TLS, never redirected, small answers, within their time.

Whatever goes wrong becomes a :class:`~discovery_accounts.login.provider.ProviderFailure`.
"""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.exceptions import HTTPError, ReadTimeoutError

from discovery_accounts.login.oidc.reach import Guard, pools
from discovery_accounts.login.oidc.settings import OidcSettings
from discovery_accounts.login.provider import ProviderFailure

CALL_SECONDS = 5.0
LARGEST = 1024 * 1024  # bytes of one answer

_HEADERS = {"User-Agent": "discovery-accounts", "Connection": "close", "Accept-Encoding": "identity"}
_WORD = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def word(given: object) -> str:
    """A provider's code for an error as it may be logged; anything else it put there is left out."""
    return given if isinstance(given, str) and _WORD.fullmatch(given) else "unknown"


class Wire:
    """What connects to one provider. Each call has a session of its own: threads share nothing."""

    def __init__(self, settings: OidcSettings, private: bool, redirect_uri: str) -> None:
        self._settings = settings
        self._private = private
        self._redirect_uri = redirect_uri

    def session(self) -> "ProviderHttp":
        """For the calls of one sign-in."""
        secret = self._settings.client_secret
        return ProviderHttp(
            Adapter(self._private, self._tls),
            client_id=self._settings.client_id,
            client_secret=secret.reveal() if secret else None,
            token_endpoint_auth_method=self._settings.auth_method,
            scope=self._settings.scope,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
        )

    def fetch(self, url: str, bearer: str | None = None) -> requests.Response:
        """What stands at ``url``, status 200; with an access token where it takes one."""
        headers = {"Accept": "application/json"}
        if bearer is not None:
            headers["Authorization"] = f"Bearer {bearer}"
        with self.session() as session, failures(url):
            answer: requests.Response = session.get(url, withhold_token=True, headers=headers)
        if answer.status_code != 200:
            raise ProviderFailure("unexpected_answer", f"{host(url)}: HTTP {answer.status_code}")
        return answer

    def fetch_object(self, url: str, bearer: str | None = None) -> dict[str, Any]:
        """The JSON object at ``url``."""
        return json_object(self.fetch(url, bearer), url)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self._settings.ca_file)
        except OSError as error:  # ssl.SSLError is one
            raise ProviderFailure("certificates_unreadable", "ca_file") from error


class ProviderHttp(OAuth2Session):  # type: ignore[misc]  # Authlib has no types
    """A session that takes nothing from the environment and follows no redirect."""

    def __init__(self, adapter: "Adapter", **client: Any) -> None:
        super().__init__(**client)
        self.trust_env = False
        self.mount("https://", adapter)
        self.mount("http://", adapter)
        self.headers.update(_HEADERS)

    def request(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        """As ``requests`` does it; a redirect is an answer like any other."""
        kwargs |= {"allow_redirects": False, "timeout": CALL_SECONDS}
        answer: requests.Response = super().request(method, url, **kwargs)
        return answer


class Adapter(HTTPAdapter):
    """Sends one request at a time, each under a :class:`Guard`, and reads answers to their end."""

    def __init__(self, private: bool, tls: ssl.SSLContext) -> None:
        self._private = private
        self._tls = tls
        super().__init__()

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Nothing to add: the context that came with the pool verifies."""

    # `requests` names each option
    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        """Raises ``ProviderFailure`` and what ``requests`` raises."""
        guard = Guard(self._private, CALL_SECONDS)
        self.poolmanager = PoolManager(num_pools=1, maxsize=1, ssl_context=self._tls)
        self.poolmanager.pool_classes_by_scheme = pools(guard)
        try:
            with guard.watching():
                answer = super().send(request, **{**options, "stream": True})
                try:
                    answer._content = answer.raw.read(LARGEST + 1, decode_content=True)
                finally:
                    answer.raw.close()
                answer._content_consumed = True  # type: ignore[attr-defined]  # private
        except (requests.RequestException, HTTPError, OSError) as error:
            if guard.expired:
                raise requests.Timeout("took too long") from error
            raise
        finally:
            self.poolmanager.clear()
        if guard.expired:
            raise requests.Timeout("took too long")
        if len(answer.content) > LARGEST:
            raise ProviderFailure("unexpected_answer", f"{host(request.url or '')}: too large")
        return answer


@contextmanager
def failures(url: str) -> Iterator[None]:
    """Turns what a call within may raise into a ``ProviderFailure`` that names the host only. What the
    provider itself said (``OAuthError``) passes."""
    where = host(url)
    try:
        yield
    except (ProviderFailure, OAuthError):
        raise
    except requests.exceptions.SSLError as error:
        raise ProviderFailure("certificate_refused", where) from error
    except (requests.Timeout, TimeoutError, ReadTimeoutError) as error:
        raise ProviderFailure("timed_out", where) from error
    except (requests.ConnectionError, HTTPError) as error:
        raise ProviderFailure("unreachable", where) from error
    except requests.HTTPError as error:
        raise ProviderFailure("unexpected_answer", f"{where}: HTTP {error.response.status_code}") from error
    except (requests.RequestException, ValueError, RecursionError) as error:  # such as: no JSON
        raise ProviderFailure("unexpected_answer", where) from error
    except OSError as error:  # last: all exceptions of requests are one too
        raise ProviderFailure("unreachable", where) from error


def json_object(answer: requests.Response, url: str) -> dict[str, Any]:
    """The JSON object that an answer is."""
    with failures(url):
        found = answer.json()
    if not isinstance(found, dict):
        raise ProviderFailure("unexpected_answer", f"{host(url)}: no JSON object")
    return found


def host(url: str) -> str:
    """The host that a URL names, for people: never its path or query."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2] or "no host"
    except ValueError:
        return "no host"
