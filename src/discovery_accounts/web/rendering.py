"""Templates: an environment of our own, so that a host portal's is left alone; and one for each language, so that
words are looked up once, when a template is compiled."""

from datetime import datetime
from functools import cache
from gettext import NullTranslations
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, nodes, select_autoescape
from jinja2.visitor import NodeTransformer

from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.formats import Formats
from discovery_accounts.web.addresses import Addresses
from discovery_accounts.web.words import Words


class Pages:
    """Renders templates in a language. ``zone`` is for moments that carry no library's zone; ``alone`` tells an
    application of our own from pages that a host portal took in."""

    def __init__(self, zone: ZoneInfo, *, alone: bool = False) -> None:
        self.zone = zone
        self.alone = alone
        self.addresses = Addresses()
        self._environment = cache(_InOneLanguage)

    def render(self, template: str, language: str, now: datetime, **context: Any) -> str:
        environment = self._environment(language)
        formats = Formats(language, self.zone, now)
        return environment.get_template(template).render(formats=formats, **context)


class _InOneLanguage(Environment):
    """Templates find ``words`` of the language without being given them, and ``_("…")`` is already what it says."""

    def __init__(self, language: str) -> None:
        super().__init__(
            loader=PackageLoader("discovery_accounts", "templates"),
            autoescape=select_autoescape(default=True, default_for_string=True),
            extensions=["jinja2.ext.i18n"],
            undefined=StrictUndefined,
            trim_blocks=False,
            auto_reload=False,
        )
        self._said = translations(language)
        # a method that the i18n extension adds
        self.install_gettext_translations(self._said, newstyle=False)  # type: ignore[attr-defined]
        self.globals["words"] = Words(language)

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        """Jinja's hook between reading a template and compiling it."""
        return super()._generate(_Saying(self._said).visit(source), *args, **kwargs)


class _Saying(NodeTransformer):
    """Puts the translation in the place of every ``_`` of a text that stands in the template."""

    def __init__(self, said: NullTranslations) -> None:
        self._said = said

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 (the visitor finds it by the node's name)
        called, args = node.node, node.args
        if isinstance(called, nodes.Name) and called.name == "_" and isinstance(args[0], nodes.Const):
            return nodes.Const(self._said.gettext(args[0].value), lineno=node.lineno)
        return self.generic_visit(node)
