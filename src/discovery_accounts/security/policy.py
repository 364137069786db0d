"""Our accounts as a Pyramid security policy, offered to host portals, forced on none."""

from typing import Any

from pyramid.authorization import ACLHelper
from pyramid.request import Request

from discovery_accounts.domain.actor import Actor


class AccountsSecurityPolicy:
    """``request.identity`` is the signed-in :class:`Actor`. Set it with ``config.set_security_policy``."""

    def identity(self, request: Request) -> Actor | None:
        actor: Actor | None = request.accounts_actor
        return actor

    def authenticated_userid(self, request: Request) -> str | None:
        actor = self.identity(request)
        return str(actor.account_id) if actor else None

    def permits(self, request: Request, context: Any, permission: str) -> Any:
        userid = self.authenticated_userid(request)
        principals = ["system.Everyone"]
        if userid is not None:
            principals += ["system.Authenticated", f"account:{userid}"]
        return ACLHelper().permits(context, principals, permission)

    def remember(self, _request: Request, _userid: str, **_kw: Any) -> list[tuple[str, str]]:
        """Nothing: signing in by our pages sets the session."""
        return []

    def forget(self, _request: Request, **_kw: Any) -> list[tuple[str, str]]:
        """Nothing: signing out by our page ends the session."""
        return []
