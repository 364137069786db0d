"""PINs and card numbers are masked wherever a record carries them."""

import asyncio
import logging
from collections.abc import Callable
from io import StringIO
from urllib.parse import quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from discovery_accounts.telemetry.log import event
from discovery_accounts.telemetry.redaction import Redaction, confidential, redact

PIN = "9Z7-CANARY"
Logged = Callable[[], str]


def fail(text: str) -> None:
    raise ValueError(text)


@pytest.fixture
def logger() -> logging.Logger:
    logger = logging.Logger("test")
    handler = logging.StreamHandler(StringIO())
    handler.addFilter(Redaction())
    logger.addHandler(handler)
    return logger


@pytest.fixture
def logged(logger: logging.Logger) -> Logged:
    return lambda: logger.handlers[0].stream.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_messages_and_arguments_are_masked(logger: logging.Logger, logged: Logged) -> None:
    with confidential(PIN, "123456"):
        logger.info(f"pin {PIN}")
        logger.info("number %s, %r", "123456", {"pin": PIN})
    assert logged() == "pin ***\nnumber ***, {'pin': '***'}\n"


def test_tracebacks_are_masked(logger: logging.Logger, logged: Logged) -> None:
    with confidential(PIN):
        try:
            fail(f"no {PIN}")
        except ValueError:
            logger.exception("broken")
    assert PIN not in logged()
    assert "ValueError: no ***" in logged()


def test_an_exception_logged_outside_of_its_block_is_masked(logger: logging.Logger, logged: Logged) -> None:
    try:
        try:
            with confidential(PIN):
                fail(f"no {PIN}")
        except ValueError as error:
            raise RuntimeError("wrapped") from error
    except RuntimeError:
        logger.exception("broken")
    assert PIN not in logged()
    assert "ValueError: no ***" in logged()


def test_the_outer_block_knows_what_an_exception_brought_out(logger: logging.Logger, logged: Logged) -> None:
    with confidential():
        try:
            with confidential(PIN):
                fail(PIN)
        except ValueError as error:
            logger.info("refused: %s", error)
    assert logged() == "refused: ***\n"


def test_the_same_record_is_masked_for_handlers_that_come_later(logger: logging.Logger) -> None:
    later: list[logging.LogRecord] = []

    class Later(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            later.append(record)

    logger.addHandler(Later())
    with confidential(PIN):
        try:
            fail(PIN)
        except ValueError:
            logger.exception("pin %s", PIN)
    (record,) = later
    assert record.exc_info is None
    assert PIN not in f"{record.__dict__}"


def test_a_record_without_anything_confidential_is_left_as_it_is(
    logger: logging.Logger, logged: Logged
) -> None:
    with confidential(PIN):
        logger.info("took %d ms", 12)
    assert logged() == "took 12 ms\n"


def test_arguments_that_do_not_fit_are_not_shown_raw(logger: logging.Logger, logged: Logged) -> None:
    with confidential(PIN):
        logger.info("%d", PIN)
    assert PIN not in logged()


def test_an_event_is_masked_whatever_handler_there_is(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), confidential(PIN):
        try:
            fail(PIN)
        except ValueError:
            event(logging.getLogger("x"), "failed", exc_info=True, said=f"wrong {PIN}")
    assert PIN not in caplog.text
    assert 'said="wrong ***"' in caplog.text


def test_a_short_value_does_not_eat_the_event_word(logger: logging.Logger, logged: Logged) -> None:
    with confidential("i"):
        event(logger, "sign_in_refused", library="lumme", pin="i")
    assert logged() == "sign_in_refused library=lumme pin=***\n"


def test_nothing_is_masked_after_the_block() -> None:
    with confidential(PIN):
        assert redact(PIN) == "***"
    assert redact(PIN) == PIN


def test_blocks_add_up_and_empty_values_mask_nothing() -> None:
    with confidential("one", ""), confidential(None, "two"):
        assert redact("one two three") == "*** *** three"


def test_values_that_overlap_hide_each_other_whole() -> None:
    with confidential("1234", "3456"):
        assert redact("x123456y") == "x***y"


def test_encoded_forms_are_masked() -> None:
    pin = 'p@ss w"ö\\'
    with confidential(pin):
        assert redact(f"?pin={quote_plus(pin)}&x") == "?pin=***&x"
        assert redact(f"{[pin]!r}") == "['***']"


def test_tasks_started_inside_know_the_values() -> None:
    async def inner() -> str:
        return redact(PIN)

    async def outer() -> str:
        with confidential(PIN):
            task = asyncio.create_task(inner())
        return await task

    assert asyncio.run(outer()) == "***"


@given(st.text(), st.lists(st.text(min_size=1, max_size=6), max_size=3), st.text())
def test_no_value_survives(before: str, values: list[str], after: str) -> None:
    assume(not any("*" in value for value in values))
    with confidential(*values):
        masked = redact(before + "".join(values) + after)
    # What is left between masks never holds a value
    assert not any(value in piece for piece in masked.split("***") for value in values)
