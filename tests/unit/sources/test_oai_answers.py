"""OAI-PMH as Koha and Alma speak it, and servers that do not: each fault has a name, none is a crash or a loop."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from tests.factories.source_reading import NOW, opened, read, recorded
from tests.fixtures.catalogue_servers import CatalogueServer, Question, Told

from discovery_accounts.sources.api import Busy, PlaceLost, SoFar, Source, SourceFailed

Start = Callable[[Callable[[Question], Told]], CatalogueServer]
NEVER = threading.Event()
OPEN = (
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-11-20T00:00:00Z</responseDate>'
)


def xml(body: str | bytes, status: int = 200, **headers: str) -> Told:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, {"Content-Type": "text/xml", **named}, body if isinstance(body, bytes) else body.encode()


def listed(inner: str) -> Told:
    return xml(f"{OPEN}<ListRecords>{inner}</ListRecords></OAI-PMH>")


def item(number: int, title: str = "Kirja") -> str:
    return (
        f"<record><header><identifier>x:{number}</identifier></header><metadata>"
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></oai_dc:dc>'
        "</metadata></record>"
    )


def error(code: str) -> Told:
    return xml(f'{OPEN}<error code="{code}">No.</error></OAI-PMH>')


def in_turn(*told: Told) -> Callable[[Question], Told]:
    answers: Iterator[Told] = iter(told)
    return lambda _question: next(answers)


@pytest.fixture
def source_of(catalogue_server: Start) -> Callable[..., Source]:
    def source(answer: Callable[[Question], Told], **options: str) -> Source:
        return opened("oai-pmh", url=f"{catalogue_server(answer).url}/oai", timeout="1", **options)

    return source


SourceOf = Callable[..., Source]


def test_koha_is_read_with_its_own_numbers_and_its_deleted_records(catalogue_server: Start) -> None:
    server = catalogue_server(in_turn(xml(recorded("koha_first.xml")), xml(recorded("koha_last.xml"))))
    first, last = read(opened("koha", url=server.url))
    (book,) = first.records
    assert (book.record_id, book.title) == ("4711", "Lukemisia lapsille : satuja ja runoja")
    assert (book.authors, book.branches, book.audience) == (
        ("Topelius, Zacharias",),
        ("KES", "ITA"),
        "children",
    )
    assert (first.deleted, first.broken) == (("4712",), 1)
    assert [one.format for one in last.records] == ["music"]
    assert last.mark == "2026-11-20T08:15:02Z", "the server’s time when the reading began"
    assert server.asked == [
        [("verb", "ListRecords"), ("metadataPrefix", "marcxml")],
        [
            ("verb", "ListRecords"),
            ("resumptionToken", "marcxml/50/1970-01-01T00:00:00Z/2026-11-20T08:15:02Z//0/0/4714"),
        ],
    ]


def test_alma_is_read_by_its_sets_with_mms_ids(catalogue_server: Start) -> None:
    server = catalogue_server(lambda _question: xml(recorded("alma_first.xml")))
    (batch,) = read(opened("alma", url=server.url, institution="358HELKA_INST", sets="new_items"))
    assert [(one.record_id, one.format, one.branches) for one in batch.records] == [
        ("9912345670006253", "ebook", ("MAIN",))
    ]
    assert batch.deleted == ("9912345660006253",)
    assert dict(server.asked[0]) == {"verb": "ListRecords", "metadataPrefix": "marc21", "set": "new_items"}


def test_nothing_new_is_no_fault(source_of: SourceOf) -> None:
    (batch,) = read(source_of(lambda _question: error("noRecordsMatch")))
    assert (batch.records, batch.broken, batch.mark) == ((), 0, "2026-11-21T12:00:00Z")


@pytest.mark.parametrize("circle", [1, 2, 3, 7])
def test_a_list_that_goes_in_circles_is_ended(source_of: SourceOf, circle: int) -> None:
    asked = 0

    def answer(_question: Question) -> Told:
        nonlocal asked
        asked += 1
        return listed(f"{item(asked)}<resumptionToken>t{asked % circle}</resumptionToken>")

    with pytest.raises(SourceFailed, match="token_loops"):
        read(source_of(answer))
    assert asked <= 4 * circle + 4


def test_a_circle_is_found_by_runs_that_each_read_one_page(source_of: SourceOf) -> None:
    asked = 0

    def answer(_question: Question) -> Told:
        nonlocal asked
        asked += 1
        return listed(f"{item(asked)}<resumptionToken>t{asked % 3}</resumptionToken>")

    source = source_of(answer)

    def one_page_a_run() -> None:
        place = None
        for _ in range(30):
            place = next(source.batches(SoFar(NOW, None, place))).place

    with pytest.raises(SourceFailed, match="token_loops"):
        one_page_a_run()


def test_a_list_without_records_or_end_is_ended(source_of: SourceOf) -> None:
    count = iter(range(10_000))
    with pytest.raises(SourceFailed, match="nothing_comes"):
        read(source_of(lambda _question: listed(f"<resumptionToken>t{next(count)}</resumptionToken>")))


def test_a_server_that_asks_for_peace_is_left_alone_so_long(source_of: SourceOf) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True)
    for told, seconds in (("120", 120), (later, 300), ("soon", 600), ("99999999", 86400), ("-5", 600)):
        with pytest.raises(Busy) as busy:
            read(source_of(lambda _question, told=told: xml("", 503, Retry_After=told)))  # type: ignore[misc]
        assert busy.value.wait.total_seconds() == pytest.approx(seconds, abs=5)


def test_a_token_that_is_known_no_more_is_told_as_such(source_of: SourceOf) -> None:
    answer = in_turn(listed(f"{item(1)}<resumptionToken>t</resumptionToken>"), error("badResumptionToken"))
    with pytest.raises(PlaceLost):
        read(source_of(answer))


CUT_OFF = f"{OPEN}<ListRecords>{item(1)}".encode()
NESTED = OPEN.encode() + b"<ListRecords>" + b"<a>" * 10_000
BOMB = (
    b'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;&x;&x;">'
    b'<!ENTITY z "&y;&y;&y;&y;&y;&y;&y;&y;&y;&y;">]><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    b"<ListRecords>&z;</ListRecords></OAI-PMH>"
)
OUTSIDE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + OPEN.encode() + b"&x;</OAI-PMH>"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (xml(CUT_OFF), "not_xml"),
        (xml(NESTED), "not_xml"),
        (xml(BOMB), "dtd_refused"),
        (xml(OUTSIDE), "dtd_refused"),
        (xml(b"\x00\xff garbage"), "not_xml"),
        (xml(b""), "not_xml"),
        (xml("<html><body>Please sign in</body></html>"), "not_oai_pmh"),
        (xml(f"{OPEN}</OAI-PMH>"), "not_oai_pmh"),
        (xml("<html/>", 404), "http_404"),
        (xml("", 500), "http_500"),
        (error("cannotDisseminateFormat"), "oai_CannotDisseminateFormat"),
        (error("__doc__"), "oai_error"),
        (error(""), "oai_GeneralOAIPMHError"),
        (xml("", 302, Location="http://elsewhere.example/oai"), "redirected"),
        (xml("", 302, Location="/oai"), "redirected"),
        (listed(f"<resumptionToken>{'t' * 30_000}</resumptionToken>"), "token_too_long"),
    ],
)
def test_what_is_no_answer_of_the_protocol_has_a_name(source_of: SourceOf, told: Told, code: str) -> None:
    with pytest.raises(SourceFailed) as failed:
        read(source_of(lambda _question: told))
    assert failed.value.code == code


def test_a_server_that_is_silent_or_gone_is_waited_for_only_so_long(source_of: SourceOf) -> None:
    slow = source_of(lambda _question: (NEVER.wait(4), listed(item(1)))[1])
    with pytest.raises(SourceFailed, match="timed_out"):
        read(slow)
    NEVER.set()
    with pytest.raises(SourceFailed, match="unreachable"):
        read(opened("oai-pmh", url="http://127.0.0.1:1/oai", timeout="1"))


def test_an_answer_that_is_too_large_is_not_read(
    source_of: SourceOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("discovery_accounts.sources.door.Door.__init__.__defaults__", (1000,))
    with pytest.raises(SourceFailed, match="too_large"):
        read(source_of(lambda _question: listed("".join(map(item, range(100))))))


def test_one_bad_character_or_record_does_not_spoil_the_others(source_of: SourceOf) -> None:
    records = [
        item(1, "Hyvä"),
        item(2, "Rikki\x0b&#x1f;näinen"),
        item(3, ""),
        "<record><metadata/></record>",
        "<record><header><identifier>x:5</identifier></header></record>",
        f"<record><header><identifier>{'x' * 300}</identifier></header><metadata/></record>",
    ]
    (batch,) = read(source_of(lambda _question: listed("".join(records))))
    assert [one.title for one in batch.records] == ["Hyvä", "Rikkinäinen"]
    assert batch.broken == 4


@pytest.mark.parametrize("told", ["whenever", "2099-01-01T00:00:00Z", "2026-13-45T99:00:00Z"])
def test_a_server_whose_clock_is_wrong_does_not_move_the_mark_ahead(source_of: SourceOf, told: str) -> None:
    answer = xml(
        f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>{told}</responseDate>'
        f"<ListRecords>{item(1)}</ListRecords></OAI-PMH>"
    )
    (batch,) = read(source_of(lambda _question: answer))
    assert batch.mark == "2026-11-21T12:00:00Z"


@pytest.mark.parametrize(
    "kept", ["", "{", "[]", '{"set_at": -1}', '{"token": 7, "watch": ["", 0, 1]}', "null"]
)
def test_a_place_that_makes_no_sense_counts_as_none(source_of: SourceOf, kept: str) -> None:
    (batch,) = read(source_of(lambda _question: listed(item(1))), mark="never", place=kept)
    assert len(batch.records) == 1
