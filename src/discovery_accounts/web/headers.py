"""Headers that make browsers careful with our answers."""

from collections.abc import Collection

from webob import Response


def guard_page(
    response: Response,
    nonce: str,
    portal_origins: Collection[str],
    *,
    https: bool,
    form_targets: Collection[str] = (),
    worker: bool = False,
    manifest: bool = False,
) -> None:
    """For pages: a strict content policy; only configured portals may show us in a frame. ``form_targets``
    are where else a form of this page may lead: an identity provider. ``worker`` is for the one page that may start
    our service worker, ``manifest`` for those that name one."""
    portals = " ".join(["'self'", *portal_origins])
    targets = " ".join([portals, *form_targets])
    more = "; worker-src 'self'" * worker + "; manifest-src 'self'" * manifest
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
        # a form's answer may lead back to a portal, and browsers ask the policy of the form about that
        f"font-src 'self'; connect-src 'self'; form-action {targets}; base-uri 'none'; "
        f"frame-ancestors {portals}{more}"
    )
    response.headers["Permissions-Policy"] = (
        "camera=(), geolocation=(), microphone=(), payment=(), "
        "publickey-credentials-get=(self), publickey-credentials-create=(self)"
    )
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if not portal_origins:
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
    guard_any(response, https=https)


def guard_any(response: Response, *, https: bool) -> None:
    """For every answer that may hold something about a person: not kept, not guessed at, not told on."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers.setdefault("Cache-Control", "no-store")
    if https:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
