"""Signing in by a user name and password that an organisation keeps (rules 4.2)."""

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.domain.user_name import check_password, check_user_name
from discovery_accounts.login.claim import Claim, NoClaim
from discovery_accounts.login.form import FormLogin
from discovery_accounts.login.provider import ProviderFailure
from discovery_accounts.services.arriving import Arrived, Asking, arrive, refuse, unavailable
from discovery_accounts.services.entering import Visitor
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.throttles import Attempt, Throttles


class FormSignIn:
    def __init__(self, house: House) -> None:
        self._house = house
        self._throttles = Throttles(house)

    def sign_in(
        self,
        login_name: str,
        username: str,
        password: str,
        visitor: Visitor,
        browser: str,
        return_to: str,
    ) -> Arrived | Asking:
        """Sign in. Raises as ``prove``."""
        login, claim = self.prove(login_name, username, password, visitor)
        return arrive(self._house, claim, login, visitor, browser, return_to)

    def prove(
        self, login_name: str, username: str, password: str, visitor: Visitor
    ) -> tuple[LoginSettings, Claim]:
        """Raises ``BadShape`` for what is left empty, and ``Problem``: one same ``sign_in_refused`` for an
        unknown name and a wrong password, ``too_many_attempts``, ``provider_unavailable``."""
        login, form = self._house.settings.login(login_name), self._house.logins.get(login_name)
        if login is None or not isinstance(form, FormLogin):
            raise Problem(Code.NOT_FOUND)
        username, password = check_user_name(username), check_password(password)
        counted = self._throttles.begin(Attempt.for_login(login.name, username, visitor.address))
        try:
            claim = form.prove(username, password)
        except ProviderFailure as failure:
            self._throttles.take_back(counted)
            raise unavailable(self._house, login, failure.code) from None
        if isinstance(claim, NoClaim):
            raise refuse(self._house, login, claim)
        self._throttles.succeeded(counted)
        return login, claim
