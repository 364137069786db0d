"""The cookies we set: who holds a session, which browser this is, a word about what was just done."""

from collections.abc import Mapping

from webob import Response

from discovery_accounts.config.settings import Settings

SESSION = "accounts_session"
VISITOR = "accounts_visitor"
KNOWN = "accounts_known"
LOGIN = "accounts_login"
ORGANISATIONS = "accounts_organisations"
LANGUAGE = "accounts_language"
NOTICE = "accounts_notice"

_KNOWN_SECONDS = 180 * 24 * 3600
_LOGIN_SECONDS = 1800
_ORGANISATIONS_SECONDS = 180 * 24 * 3600
_LANGUAGE_SECONDS = 365 * 24 * 3600

_LIFE: dict[str, int | None] = {
    SESSION: None,
    VISITOR: None,
    KNOWN: _KNOWN_SECONDS,
    LOGIN: _LOGIN_SECONDS,
    ORGANISATIONS: _ORGANISATIONS_SECONDS,
    LANGUAGE: _LANGUAGE_SECONDS,
    NOTICE: 60,
}


class Cookies:
    """Names and flags by stage: ``__Host-`` and Secure always, but for development over plain http."""

    def __init__(self, settings: Settings) -> None:
        self._secure = not settings.development

    def name(self, cookie: str) -> str:
        """The cookie's name as browsers see it."""
        return f"__Host-{cookie}" if self._secure else cookie

    def get(self, cookies: Mapping[str, str], cookie: str) -> str | None:
        value = cookies.get(self.name(cookie))
        return value if value and len(value) <= 200 and value.isascii() and value.isprintable() else None

    def set(self, response: Response, cookie: str, value: str) -> None:
        response.set_cookie(
            self.name(cookie),
            value,
            max_age=_LIFE[cookie],
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="Lax",
        )

    def drop(self, response: Response, cookie: str) -> None:
        response.set_cookie(
            self.name(cookie), "", max_age=0, path="/", secure=self._secure, httponly=True, samesite="Lax"
        )
