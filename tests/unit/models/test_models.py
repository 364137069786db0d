"""What every table promises: an end for personal data, secrets that never show, times with a zone."""

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, DateTime, create_engine
from sqlalchemy.orm import Session

from discovery_accounts.models import Account, Base, Credential, LibraryCard, Link, OutboxMessage
from discovery_accounts.models.base import UtcDateTime
from discovery_accounts.services.account_cards import AccountCard, StoredPin

COLUMNS = [column for table in Base.metadata.sorted_tables for column in table.columns]
ENDS = {
    "",
    "15 minutes",
    "180 days unused",
    "account",
    "audit retention",
    "delivery",
    "forgotten tries",
    "grant",
    "last link",
    "link",
    "one hour",
    "patron removed",
    "review",
    "session",
    "short-lived",
    "ten minutes",
}
SECRET_WORDS = ("email", "name", "label", "number", "sealed", "ciphertext", "answer_key", "hash", "patron_id")


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_every_column_says_what_ends_it(column: "Column[object]") -> None:
    if column.name == "id":
        return
    assert "personal_until" in column.info, f"{column}: personal(…) or NOT_PERSONAL"
    assert isinstance(column.info["personal_until"], str)


def test_what_ends_personal_data_is_one_of_few_rules() -> None:
    used = {column.info["personal_until"] for column in COLUMNS if column.name != "id"}
    assert used <= ENDS


def test_every_foreign_key_says_what_happens_at_the_end() -> None:
    keys = [key for table in Base.metadata.sorted_tables for key in table.foreign_keys]
    assert keys
    assert [str(key.parent) for key in keys if key.ondelete not in {"CASCADE", "SET NULL"}] == []


def test_every_constraint_has_a_name() -> None:
    nameless = [
        str(constraint)
        for table in Base.metadata.sorted_tables
        for constraint in (*table.constraints, *table.indexes)
        if not constraint.name
    ]
    assert nameless == []


def test_every_time_is_kept_in_utc_and_a_naive_one_refused() -> None:
    times = [column for column in COLUMNS if isinstance(column.type, DateTime | UtcDateTime)]
    assert times
    assert all(isinstance(column.type, UtcDateTime) for column in times)
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    east = datetime(2026, 6, 1, 12, tzinfo=timezone(timedelta(hours=3)))
    with Session(engine) as session:
        account = Account(created_at=east, last_sign_in_at=east)
        session.add(account)
        session.commit()
        assert account.created_at == east
        assert account.created_at.utcoffset() == timedelta(0)
        account.last_sign_in_at = east.replace(tzinfo=None)
        with pytest.raises(Exception, match="without a zone"):
            session.flush()


@pytest.mark.parametrize("model", [Account, Credential, LibraryCard, Link, OutboxMessage])
def test_the_repr_of_a_row_shows_no_column(model: type[Base]) -> None:
    names = [name for name in model.__table__.columns.keys() if name != "id"]  # noqa: SIM118 (a collection of columns)
    secret = "shown-by-mistake"
    row = model(**{name: secret for name in names if any(word in name for word in SECRET_WORDS)})
    assert secret not in repr(row)


@pytest.mark.parametrize(("record", "fields"), [(AccountCard, SECRET_WORDS), (StoredPin, ("ciphertext",))])
def test_records_of_cards_hide_what_is_secret(record: type, fields: tuple[str, ...]) -> None:
    shown = [name for name, field in record.__dataclass_fields__.items() if field.repr]
    allowed = {"number_key_id"}
    assert [name for name in shown if name not in allowed and any(word in name for word in fields)] == []
