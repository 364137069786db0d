"""How far long work has come: a bar on a terminal, elsewhere lines, and nothing of short work."""

import io
from collections.abc import Callable
from contextlib import redirect_stderr

import pytest

from discovery_accounts.cli import progress as progress_module
from discovery_accounts.cli.progress import Telling
from discovery_accounts.services.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(where: io.StringIO, telling: Callable[[], Telling], work: Callable[[Progress], None]) -> str:
    with redirect_stderr(where), telling() as progress:
        work(progress)
    return where.getvalue()


def counting(most: int, of: int | None) -> Callable[[Progress], None]:
    def work(progress: Progress) -> None:
        for number in range(1, most + 1):
            progress(number, of)

    return work


def test_a_terminal_shows_a_bar_to_its_end() -> None:
    drawn = shown(Terminal(), lambda: Telling("Sweeping"), counting(5, 5))
    assert "Sweeping  [" in drawn
    assert "100%" in drawn
    assert drawn.endswith("\n")


def test_a_terminal_shows_a_number_where_nobody_knows_how_much_there_is() -> None:
    drawn = shown(Terminal(), lambda: Telling("Reading"), counting(5, None))
    assert drawn.startswith("\rReading: 1\r")
    assert drawn.endswith("\n")


def test_work_of_two_parts_has_two_bars() -> None:
    def work(progress: Progress) -> None:
        progress(3, 3)
        progress(7, 7)

    assert shown(Terminal(), lambda: Telling("Sweeping"), work).count("100%") == 2


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_module, "BETWEEN_LINES", 0.0)


@pytest.mark.usefixtures("at_once")
def test_elsewhere_there_are_lines() -> None:
    told = shown(io.StringIO(), lambda: Telling("Sweeping"), counting(2, 2000))
    assert told == "Sweeping: 1 of 2,000\nSweeping: 2 of 2,000\n"
    told = shown(io.StringIO(), lambda: Telling("Reading"), counting(1, None))
    assert told == "Reading: 1\n"


def test_short_work_says_nothing_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_module, "BETWEEN_LINES", 3600.0)
    assert shown(io.StringIO(), lambda: Telling("Sweeping"), counting(5, 5)) == ""


def test_a_bar_is_ended_where_the_work_fails() -> None:
    def work(progress: Progress) -> None:
        progress(1, 5)
        raise RuntimeError

    terminal = Terminal()
    with pytest.raises(RuntimeError):
        shown(terminal, lambda: Telling("Sweeping"), work)
    assert "20%" in terminal.getvalue()
    assert terminal.getvalue().endswith("\n")
