"""SIP2 messages: what may be in one, checksums, and answers that are not what they should be."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pysip2 import PatronInformationRequest
from pysip2.codec import decode_message
from tests.fixtures.sip2_server import told

from discovery_accounts.connectors.api import LibraryError, UnexpectedAnswer
from discovery_accounts.connectors.sip2.dialects import ENCODINGS
from discovery_accounts.connectors.sip2.message import Question, can_be_sent, checksum, read, write

STAMP = "20300101    120000"
CANARY = "9Z7-CANARY"


def question(**fields: str) -> Question:
    fixed = {"language": "000", "date": STAMP, "summary": " " * 10}
    return Question("63", fixed, tuple(fields.items()))


def test_the_checksum_is_that_of_the_published_example():
    """The example of the standard's appendix."""
    assert checksum(b"9900401.00AY1AZ") == b"FCA5"


@pytest.mark.parametrize(
    "value",
    [
        "12|AOother",
        "12\r6300120300101",
        "12\n",
        "12\0",
        "12\x1b",
        "12\x85",
        "12\u2028",
        "\ud800",
        "|",
        "x" * 256,
    ],
)
def test_p3_what_would_end_a_field_or_a_message_is_never_written(value):
    """Checklist P3."""
    assert not can_be_sent(value, "utf-8")
    with pytest.raises(LibraryError) as failure:
        write(question(AA=value), "utf-8", 1)
    assert not failure.value.sent
    assert value not in str(failure.value)


@pytest.mark.parametrize(("value", "encoding"), [("ååå€", "latin-1"), ("привет", "cp850"), ("é", "ascii")])
def test_p3_what_the_encoding_can_not_write_is_not_replaced(value, encoding):
    assert not can_be_sent(value, encoding)
    with pytest.raises(LibraryError) as failure:
        write(question(AD=value), encoding, None)
    assert not failure.value.sent


@given(st.text(max_size=300), st.text(max_size=300), st.sampled_from(ENCODINGS))
def test_p3_two_values_make_exactly_two_fields_or_nothing(card, pin, encoding):
    """Checklist P3: another implementation reads exactly the fields that were meant."""
    asked = question(AO="TOWN", AA=card, AC="", AD=pin)
    if not (can_be_sent(card, encoding) and can_be_sent(pin, encoding)):
        with pytest.raises(LibraryError):
            write(asked, encoding, 3)
        return
    message = write(asked, encoding, 3) + b"\r"
    if len(card.encode(encoding)) > 255 or len(pin.encode(encoding)) > 255:
        return  # that implementation's own limit is in bytes
    decoded = decode_message(message, encoding=encoding, field_delimiter="|")
    assert decoded.sequence_number == 3
    assert isinstance(decoded.message, PatronInformationRequest)
    assert (decoded.message.patron_identifier, decoded.message.patron_password) == (card, pin)
    assert decoded.message.institution_id == "TOWN"


@given(st.binary(max_size=200))
def test_any_bytes_are_an_answer_or_no_answer_and_never_a_bug(message):
    for sequence in (None, 4):
        with suppress(UnexpectedAnswer):
            read(message, "utf-8", sequence)


def whole(text: str, sequence: int = 4) -> bytes:
    start = text.encode() + b"AY%dAZ" % sequence
    return start + told(start)


ANSWER = f"64{' ' * 14}000{STAMP}{'0000' * 6}AOTOWN|AA2127|AELovelace, Ada|BLY|CQY|"


def test_an_answer_is_read_by_its_layout():
    answer = read(whole(ANSWER), "utf-8", 4)
    assert (answer.kind, answer.fixed["status"], answer.count("hold_items")) == ("64", " " * 14, 0)
    assert (answer.needed("AA"), answer.flag("BL"), answer.flag("ZZ")) == ("2127", True, None)


@pytest.mark.parametrize(
    "message",
    [
        whole(ANSWER)[:-1] + b"0",
        whole(ANSWER, sequence=5),
        ANSWER.encode(),
        whole(ANSWER[:40]),
        whole("65" + ANSWER[2:]),
        whole("63" + ANSWER[2:]),
        b"",
    ],
    ids=["checksum", "sequence", "no checksum", "cut", "unknown kind", "a question", "nothing"],
)
def test_an_answer_that_does_not_prove_itself_is_none(message):
    with pytest.raises(UnexpectedAnswer) as failure:
        read(message, "utf-8", 4)
    assert "Lovelace" not in str(failure.value)


def test_the_longest_answer_takes_no_longer_than_others_for_its_length():
    """All libraries share one loop: what one sends must not stop it."""
    begun = time.process_time()
    answer = read(whole(ANSWER + "AU|" * 349_000), "utf-8", 4)
    assert time.process_time() - begun < 5
    assert len(answer.fields["AU"]) == 349_000
    assert answer.all("AU") == ()


def test_a_checksum_is_looked_at_even_where_none_was_asked_for():
    assert read(whole(ANSWER), "utf-8", None).needed("AA") == "2127"
    with pytest.raises(UnexpectedAnswer):
        read(whole(ANSWER)[:-1] + b"G", "utf-8", 4)
    with pytest.raises(UnexpectedAnswer):
        read(whole(ANSWER.replace("Ada", "Bob"))[:-4] + whole(ANSWER)[-4:], "utf-8", None)


@pytest.mark.parametrize("code", ["AA", "AO", "BL", "CQ"])
def test_p9_a_name_with_a_bar_in_it_can_not_say_who_it_is_nor_that_the_pin_was_right(code):
    """Servers pass names and addresses on as they are."""
    answer = read(whole(f"{ANSWER.replace('Ada', f'Ada|{code}N')}"), "utf-8", 4)
    with pytest.raises(UnexpectedAnswer):
        answer.only(code)


def test_no_repr_shows_what_was_asked_or_answered():
    asked = question(AA=CANARY, AD=CANARY)
    assert CANARY not in repr(asked)
    assert "Lovelace" not in repr(read(whole(ANSWER), "utf-8", 4))
