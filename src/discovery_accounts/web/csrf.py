"""Whether a change was really sent from a page of ours (checklist W1).

The token is a keyed hash of the session's (or, before sign-in, the visitor's) cookie: nothing to
store, worth nothing to another browser, gone with the session.
"""

import hmac

from discovery_accounts.vault.vault import Vault

FORM_FIELD = "csrf_token"
HEADER = "X-CSRF-Token"


def csrf_token(vault: Vault, cookie: str) -> str:
    """The token that belongs to the value of a session or visitor cookie."""
    return vault.keyed_hash("csrf", cookie)


def csrf_fits(vault: Vault, cookie: str | None, sent: str | None) -> bool:
    """Whether the token that was sent belongs to the cookie that came with it."""
    if not cookie or not sent:
        return False
    return hmac.compare_digest(csrf_token(vault, cookie).encode(), sent.encode("utf-8", "surrogatepass"))
