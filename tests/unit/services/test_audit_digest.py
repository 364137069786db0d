"""What a seal is over: another event, place or predecessor never has the same digest."""

import uuid
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from discovery_accounts.services.audit_chain.digest import START, Hidden, Open, binding, digest, read_hidden

ids = st.uuids()
texts = st.text(max_size=8)
opens = st.builds(
    Open,
    event_id=ids,
    at=st.datetimes(timezones=st.just(UTC)),
    word=texts,
    library=st.none() | texts,
    detail=st.none() | st.dictionaries(texts, texts | st.integers(), min_size=1, max_size=2),
)
hiddens = st.builds(
    Hidden,
    account_id=st.none() | ids,
    card_id=st.none() | ids,
    detail=st.none() | st.dictionaries(texts, texts | st.integers() | st.booleans(), min_size=1, max_size=3),
)


@settings(max_examples=100, deadline=None)
@given(opens, opens, st.binary(max_size=8), st.binary(max_size=8), st.integers(1, 3), st.integers(1, 3))
def test_only_the_same_event_at_the_same_place_has_the_same_digest(
    one: Open, other: Open, sealed: bytes, others: bytes, first: int, second: int
) -> None:
    same = (one, sealed, first) == (other, others, second)
    assert (digest(START, first, one, sealed) == digest(START, second, other, others)) is same


def test_what_moves_from_one_field_to_the_next_is_another_event() -> None:
    at, event = datetime(2026, 5, 1, tzinfo=UTC), uuid.uuid4()
    told = {
        digest(START, 1, Open(event, at, word, library), b"")
        for word, library in (("ab", "c"), ("a", "bc"), ("abc", None), ("abc", ""))
    }
    assert len(told) == 4


def test_the_zone_of_a_time_does_not_matter() -> None:
    at, event = datetime(2026, 5, 1, 12, tzinfo=UTC), uuid.uuid4()
    east = at.astimezone(timezone(timedelta(hours=3)))
    assert digest(START, 1, Open(event, at, "w", None), b"") == digest(
        START, 1, Open(event, east, "w", None), b""
    )


@settings(max_examples=60, deadline=None)
@given(hiddens)
def test_what_is_hidden_is_read_as_it_was_written(hidden: Hidden) -> None:
    assert read_hidden(hidden.written()) == hidden


def test_a_sealed_text_belongs_to_its_seal() -> None:
    event = uuid.uuid4()
    assert len({binding(event, 1), binding(event, 2), binding(uuid.uuid4(), 1)}) == 3
