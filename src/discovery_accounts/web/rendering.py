"""Templates: an environment of our own, so that a host portal's is left alone."""

from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.formats import Formats
from discovery_accounts.web.words import Words


class Pages:
    """Renders templates in a language. ``zone`` is for moments that carry no library's zone; ``alone`` tells an
    application of our own from pages that a host portal took in."""

    def __init__(self, zone: ZoneInfo, *, alone: bool = False) -> None:
        self.zone = zone
        self.alone = alone
        self._environment = cache(_environment)

    def render(self, template: str, language: str, now: datetime, **context: Any) -> str:
        environment = self._environment(language)
        return environment.get_template(template).render(
            words=_words(language), formats=Formats(language, self.zone, now), **context
        )


@cache
def _words(language: str) -> Words:
    return Words(language)


def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("discovery_accounts", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=False,
        auto_reload=False,
    )
    # a method that the i18n extension adds
    environment.install_gettext_translations(translations(language), newstyle=False)  # type: ignore[attr-defined]
    return environment
