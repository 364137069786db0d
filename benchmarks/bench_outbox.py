"""Mails from what they tell to what a server is given: rendered, sealed, sent."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from _table import Row, at_least, show, told
from bench_digests import opened
from jinja2 import Environment

from discovery_accounts.mail.api import Message
from discovery_accounts.models.database import Database, open_engine
from discovery_accounts.services import schema
from discovery_accounts.services.mail_form import Entry, Form, Said, Section, as_html, as_text
from discovery_accounts.services.outbox import Letter, write_all
from discovery_accounts.services.outbox_sending import Outbox

ROUNDS = 5
TIMES = 200
SENT = 1000
NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
TEMPLATE = Path(__file__).parents[1] / "src/discovery_accounts/templates/mail/letter.html"


def form() -> Form:
    """Three alerts with twenty titles each."""
    entries = tuple(
        Entry(
            f"Title {number} & more", ("Writer, A.; Writer, B., 2026",), f"https://catalogue.example/{number}"
        )
        for number in range(20)
    )
    ways = (
        Said("And 3 more. See them all:", "https://a.example/alerts/1"),
        Said("No more:", "https://a.example/s"),
    )
    parts = [Section(f"New for “{name}” (23)", entries, ways) for name in ("Whales", "Seals", "Ice")]
    return Form(
        "en", "69 new items", "Hello,", parts, [Said("All:", "https://a.example/alerts")], "By a program."
    )


def _seconds(work: Callable[[], object]) -> float:
    """CPU seconds of one ``work``."""
    before = time.process_time()
    for _ in range(TIMES):
        work()
    return (time.process_time() - before) / TIMES


def compiled_each_time(given: Form) -> str:
    """The baseline: the same template, read and compiled for each mail."""
    return Environment(autoescape=True).from_string(TEMPLATE.read_text()).render(form=given)


def rendering() -> list[Row]:
    given = form()
    assert compiled_each_time(given) == as_html(given)
    both = [
        (_seconds(lambda: as_html(given)), _seconds(lambda: compiled_each_time(given))) for _ in range(ROUNDS)
    ]
    ours, baseline = (min(each) for each in zip(*both, strict=True))

    def whole() -> bytes:
        message = Message("a@example.org", given.subject, as_text(given), html=as_html(given))
        return message.to_email("b@example.org", NOW).as_bytes()

    return [
        at_least("mails rendered as HTML", 1 / ours, 1 / baseline, 5, "compiled per mail", "a second"),
        told("text, HTML and MIME", 1 / min(_seconds(whole) for _ in range(ROUNDS)), "a second"),
    ]


def sending(folder: Path) -> list[Row]:
    database = Database(open_engine(f"sqlite:///{folder / 'accounts.db'}"))
    schema.upgrade(database)
    database.close()
    house, given = opened(folder), form()
    text, html = as_text(given), as_html(given)
    letters = [Letter("test", "a@example.org", "Subject", text, html=html) for _ in range(SENT)]
    before = time.perf_counter()
    with house.database.writing() as session:
        write_all(session, house, letters)
    wrote = time.perf_counter() - before
    before, cpu = time.perf_counter(), time.process_time()
    report = Outbox(house).send(NOW, SENT)
    took, cpu = time.perf_counter() - before, time.process_time() - cpu
    house.close()
    assert report.sent == SENT
    return [
        told("sealed and written", SENT / wrote, "a second"),
        told(
            "claimed, marked and sent to a folder",
            SENT / took,
            "a second",
            f"{1000 * cpu / SENT:.2f} ms CPU each",
        ),
    ]


def main() -> None:
    with TemporaryDirectory() as folder:
        rows = [*rendering(), *sending(Path(folder))]
    show(
        "Mail with three alerts of twenty titles",
        rows,
        f"The least of {ROUNDS} interleaved rounds of {TIMES}.",
    )


if __name__ == "__main__":
    main()
