"""The catalogues hold every word of the pages, in every language."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from discovery_accounts.locale import catalogues

PACKAGE = Path(catalogues.__file__).parents[1]
LOCALE = PACKAGE / "locale"
LANGUAGES = ("fi", "sv", "en", "nb")
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")

Key = str | tuple[str, ...]


def _used() -> set[Key]:
    with (LOCALE / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    found = extract_from_dir(PACKAGE, methods, options)
    return {message if isinstance(message, str) else tuple(message) for _, _, message, _, _ in found}


def _key(message: Message) -> Key:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _catalogue(language: str) -> Catalog:
    return _read(LOCALE / language / "LC_MESSAGES" / "discovery_accounts.po")


USED = _used()


def _texts(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def test_words_are_found_at_all() -> None:
    assert "Loans" in USED
    assert ("in %(count)s day", "in %(count)s days") in USED
    assert len(USED) > 300


def test_the_template_catalogue_is_up_to_date() -> None:
    assert {_key(message) for message in _read(LOCALE / "discovery_accounts.pot") if message.id} == USED


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_in_the_catalogue_and_nothing_else(language: str) -> None:
    catalogue = _catalogue(language)
    assert {_key(message) for message in catalogue if message.id} == USED
    assert not catalogue.obsolete
    assert not catalogue.fuzzy


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_translated(language: str) -> None:
    for message in _catalogue(language):
        if message.id:
            texts = _texts(message.string)
            assert not message.fuzzy, message.id
            assert all(text.strip() for text in texts), message.id
            assert len(texts) == (1 if isinstance(message.id, str) else 2), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_in_the_words_are_kept(language: str) -> None:
    for message in _catalogue(language):
        if not message.id:
            continue
        wanted = set(_PLACEHOLDER.findall(_texts(message.id)[-1]))
        for text in _texts(message.string):
            assert set(_PLACEHOLDER.findall(text)) == wanted, message.id
            assert "%" not in _PLACEHOLDER.sub("", text), message.id


@pytest.mark.parametrize("language", ["fi", "sv", "nb"])
def test_no_sentence_was_left_in_english(language: str) -> None:
    for message in _catalogue(language):
        if message.id and isinstance(message.id, str) and " " in message.id:
            assert message.string != message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_full_stops_and_question_marks_agree(language: str) -> None:
    for message in _catalogue(language):
        if message.id:
            for original, text in zip(_texts(message.id), _texts(message.string), strict=True):
                assert (original.rstrip()[-1] in ".?!…:") == (text.rstrip()[-1] in ".?!…:"), original
