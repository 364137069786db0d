"""A record is one line, whatever is in it."""

import logging
import shlex
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery_accounts.telemetry import request_id
from discovery_accounts.telemetry.log import LineFormatter, configure, escape, event


def written(word: str = "sign_in_refused", **fields: object) -> str:
    logger, stream = logging.Logger("test"), StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(LineFormatter())
    logger.addHandler(handler)
    event(logger, word, level=logging.WARNING, **fields)
    return stream.getvalue()


def test_a_line_has_time_level_word_fields_and_request() -> None:
    with request_id.request("abcdef-12345678"):
        line = written(library="lumme", tries=3, seconds=0.25, ok=True, card=None)
    time, rest = line.split(" ", 1)
    assert time.endswith("Z")
    assert len(time) == len("2026-03-01T09:30:00.125Z")
    expected = "library=lumme tries=3 seconds=0.25 ok=true card=none request=abcdef-12345678"
    assert rest == f"WARNING sign_in_refused {expected}\n"


def test_outside_of_a_request_there_is_no_request_field() -> None:
    assert "request=" not in written()


@given(st.text())
def test_a_value_never_makes_a_second_line_or_field(value: str) -> None:
    line = written(card=value, end=1)
    assert line.count("\n") == 1
    assert line.endswith("\n")
    assert len(line.splitlines()) == 1
    assert all(character == "\n" or character.isprintable() or character.isspace() for character in line)
    parts = shlex.split(line, posix=True)
    assert len(parts) == 5
    assert parts[4] == "end=1"


@given(st.text(), st.text())
def test_a_message_of_another_library_is_one_line(message: str, argument: str) -> None:
    record = logging.LogRecord("waitress", logging.INFO, "x.py", 1, "%s", (message + argument,), None)
    line = LineFormatter().format(record)
    assert len((line + "\n").splitlines()) == 1
    assert " INFO log logger=waitress message=" in line


def test_a_forged_line_stays_inside_its_field() -> None:
    line = written(card='1\r\n2026-03-01T00:00:00.000Z INFO sign_in library=lumme"')
    assert 'card="1\\r\\n2026-03-01T00:00:00.000Z INFO sign_in library=lumme\\""' in line


def test_direction_marks_and_terminal_codes_are_escaped() -> None:
    assert escape("a\u202eb\x1b[31m\x85\u2028") == "a\\u202eb\\x1b[31m\\x85\\u2028"
    assert escape("Äänekoski ✓") == "Äänekoski ✓"


def test_names_of_fields_cannot_forge_either() -> None:
    assert " a_b_c=1" in written(**{"a b\nc": 1})


def fail(text: str) -> None:
    raise ValueError(text)


def test_a_traceback_is_a_field_of_its_line() -> None:
    logger, stream = logging.Logger("test"), StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(LineFormatter())
    logger.addHandler(handler)
    try:
        fail("first\nsecond")
    except ValueError:
        logger.exception("it broke")
        event(logger, "job_failed", exc_info=True, job="x")
    one, two = stream.getvalue().splitlines()
    assert "ValueError: first\\nsecond" in one
    assert "job_failed job=x exception=" in two
    assert "ValueError: first\\nsecond" in two


def test_a_host_portal_with_its_own_format_sees_the_fields(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        event(logging.getLogger("x"), "linked", library="lumme", note="a b")
    assert caplog.messages == ['linked library=lumme note="a b"']


def test_a_percent_sign_is_only_a_percent_sign() -> None:
    assert "share=100%s" in written(share="100%s")


def test_our_own_app_writes_in_our_format(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        configure(logging.WARNING)
        logging.getLogger("a").info("quiet")
        logging.getLogger("a").warning("loud")
    finally:
        root.handlers[:], root.level = before, level
        root.setLevel(level)
    assert capsys.readouterr().err.split(" ", 1)[1] == "WARNING log logger=a message=loud\n"
