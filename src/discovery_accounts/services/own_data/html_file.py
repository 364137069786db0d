"""``account.html``: the same as ``account.json`` for reading, in the person's language. It needs nothing beside
itself, and has no script."""

from collections.abc import Iterator
from datetime import datetime
from html import escape

from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.marking import marked as _
from discovery_accounts.services.house import House
from discovery_accounts.services.own_data.left_out import LEFT_OUT
from discovery_accounts.services.own_data.parts import Part, Reader
from discovery_accounts.services.own_data.reading import rows_of
from discovery_accounts.services.own_data.register import PARTS
from discovery_accounts.services.own_data.shown import Shown

_TITLE = _("What is stored about you")
_MADE = _("Made: %(time)s")
_HELP = _(
    "Everything is also in account.json, for programs; schema.json says what is where. PINs and other secrets are in "
    "none of the files. Loans, fees and contact data are at your libraries."
)
_NOTHING = _("Nothing.")
_LEFT_OUT = _("What is stored, too, and is not here")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:auto;padding:1rem;overflow-wrap:anywhere}"
    "dl{display:grid;grid-template-columns:minmax(8rem,1fr) 2fr;gap:.2rem 1rem;border-top:1px solid;padding:.6rem 0;"
    "margin:0}dt{font-weight:600}dd{margin:0;white-space:pre-line}"
    "@media(max-width:30rem){dl{grid-template-columns:1fr}}"
)


def account_html(house: House, reader: Reader, language: str, now: datetime) -> Iterator[str]:
    """The file in parts of text."""
    say, shown = translations(language).gettext, Shown(house, language)
    title = escape(say(_TITLE))
    made = escape(say(_MADE) % {"time": shown.moment(now)})
    yield (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n<p>{made}</p>\n<p>{escape(say(_HELP))}</p>\n"
    )
    for part in PARTS:
        yield f'<section aria-labelledby="{part.name}">\n<h2 id="{part.name}">{escape(say(part.title))}</h2>\n'
        yield from _rows(house, part, reader, shown, say(_NOTHING))
        yield "</section>\n"
    reasons = "".join(f"<li>{escape(say(why))}</li>" for why in dict.fromkeys(LEFT_OUT.values()))
    yield f'<section aria-labelledby="left_out">\n<h2 id="left_out">{escape(say(_LEFT_OUT))}</h2>\n'
    yield f"<ul>{reasons}</ul>\n</section>\n"
    yield "</main>\n</body>\n</html>\n"


def _rows(house: House, part: Part, reader: Reader, shown: Shown, nothing: str) -> Iterator[str]:
    some = False
    for row in rows_of(house, part, reader):
        some = True
        lines = "".join(
            f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in shown.lines(row)
        )
        yield f"<dl>{lines}</dl>\n"
    if not some:
        yield f"<p>{escape(nothing)}</p>\n"
