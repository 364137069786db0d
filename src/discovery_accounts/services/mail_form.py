"""What a mail says, apart from how it is written: once as plain text, once as HTML, with the same words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

_LAST_SENTENCE = re.compile(r"(.*[.;?!]) (.*)")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, and the address it leads to, if it does: ``words`` end with a colon then."""

    words: str = field(repr=False)
    address: str = field(default="", repr=False)
    head: None = None

    @property
    def before(self) -> str:
        """What is said before the last sentence, which is the link."""
        return self._split()[0]

    @property
    def label(self) -> str:
        """The words of the link."""
        return self._split()[1]

    def _split(self) -> tuple[str, str]:
        words = " ".join(self.words.split()).removesuffix(":")
        found = _LAST_SENTENCE.fullmatch(words)
        return (found[1], found[2]) if found else ("", words)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a list; ``lines`` say more of it, ``address`` is its own page."""

    title: str = field(repr=False)
    lines: tuple[str, ...] = field(default=(), repr=False)
    address: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Section:
    """A list under a heading; ``ways`` lead on from it."""

    head: str = field(repr=False)
    entries: tuple[Entry, ...] = field(repr=False)
    ways: tuple[Said, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Form:
    """A whole mail. ``foot`` says why it came and how it is stopped."""

    language: str
    subject: str = field(repr=False)
    hello: str
    parts: Sequence[Section | Said] = field(repr=False)
    foot: Sequence[Said] = field(repr=False)
    signature: str


def one_line(text: str) -> str:
    """What a person or a library wrote, without breaks that would look like a part of our text."""
    return " ".join(text.split())


def as_text(form: Form) -> str:
    parts = [
        form.hello,
        *(_section(part) if isinstance(part, Section) else _said(part) for part in form.parts),
    ]
    foot = "\n".join(map(_said, form.foot))
    return "\n\n".join([*parts, f"-- \n{foot}\n\n{form.signature}"]) + "\n"


def as_html(form: Form) -> str:
    """Without images, scripts or style sheets, which mail programs hold back; every text is escaped."""
    return _template().render(form=form)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("discovery_accounts", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    return environment.get_template("mail/letter.html")


def _section(section: Section) -> str:
    entries = [line for entry in section.entries for line in _entry(entry)]
    listed = "\n".join([section.head, "-" * len(section.head), *entries])
    return "\n\n".join([listed, *map(_said, section.ways)])


def _entry(entry: Entry) -> Iterator[str]:
    yield f"* {entry.title}"
    for line in (*entry.lines, entry.address):
        if line:
            yield f"  {line}"


def _said(said: Said) -> str:
    return f"{said.words}\n{said.address}" if said.address else said.words
