"""An address as a picture that telephones read."""

import io

import segno
from markupsafe import Markup


def qr_picture(address: str) -> Markup:
    """A QR code as inline SVG: dark on white with its margin in every colour scheme, so that cameras see it. What it
    is must be said beside it."""
    written = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(
        written,
        kind="svg",
        border=4,
        dark="#000",
        light="#fff",
        xmldecl=False,
        svgclass=None,
        lineclass=None,
        omitsize=True,
        nl=False,
    )
    return Markup(written.getvalue().decode())  # noqa: S704 - drawn by us; the address is in it as squares only
