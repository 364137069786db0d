"""Every column with personal data is in the archive, or left out for a reason; the schema is one."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import Column, MetaData, String

from discovery_accounts.models import Base
from discovery_accounts.models.base import personal
from discovery_accounts.services.own_data.codes import CODES, FILTERS
from discovery_accounts.services.own_data.labels import LABELS
from discovery_accounts.services.own_data.left_out import LEFT_OUT
from discovery_accounts.services.own_data.reading import names_of
from discovery_accounts.services.own_data.register import PARTS, covered
from discovery_accounts.services.own_data.schema import archive_schema

COLUMNS = {str(column): column for table in Base.metadata.sorted_tables for column in table.columns}


def forgotten(metadata: MetaData) -> list[str]:
    """Columns with personal data that nobody registered, and columns of which nobody said whether they have any."""
    columns = {str(column): column for table in metadata.sorted_tables for column in table.columns}
    unsaid = [name for name, column in columns.items() if _says_nothing(column)]
    of_people = {name for name, column in columns.items() if column.info.get("personal_until")}
    return sorted([*unsaid, *(of_people - covered() - LEFT_OUT.keys())])


def _says_nothing(column: Column[Any]) -> bool:
    return "personal_until" not in column.info and not column.primary_key


def test_every_column_with_personal_data_is_told_or_left_out_for_a_reason() -> None:
    assert forgotten(Base.metadata) == []


@pytest.mark.parametrize("info", [personal("account"), {}])
def test_a_new_column_that_nobody_registered_is_noticed(info: dict[str, str]) -> None:
    metadata = MetaData()
    for table in Base.metadata.sorted_tables:
        table.to_metadata(metadata)
    metadata.tables["account"].append_column(Column("shoe_size", String(8), info=info))
    assert forgotten(metadata) == ["account.shoe_size"]


def test_nothing_is_both_told_and_left_out() -> None:
    told = {f"{part.table_name}.{name}" for part in PARTS for name in part.fields}
    assert sorted(told & LEFT_OUT.keys()) == []


def test_what_is_left_out_is_there_and_has_a_reason() -> None:
    assert sorted(LEFT_OUT.keys() - COLUMNS.keys()) == []
    assert [name for name, reason in LEFT_OUT.items() if len(reason) < 10] == []


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_a_part_tells_no_hash_no_secret_and_no_bytes_but_the_card_number(part: object) -> None:
    fields = [name for name in part.fields if name != "number_sealed"]  # type: ignore[attr-defined]
    words = ("hash", "sealed", "ciphertext", "answer_key", "key_id", "password_hash", "claim")
    assert [name for name in fields if any(word in name for word in words)] == []


def test_every_value_that_is_no_id_has_a_name_for_people() -> None:
    names = {name for part in PARTS for name in names_of(part)}
    nameless = {name for name in names - LABELS.keys() if name != "id" and not name.endswith("_id")}
    assert nameless == set()
    assert CODES.keys() - FILTERS.keys() <= LABELS.keys()


def test_parts_have_names_of_their_own() -> None:
    assert len({part.name for part in PARTS}) == len(PARTS)


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(archive_schema())


def test_the_schema_refuses_what_broke_off() -> None:
    schema = Draft202012Validator(archive_schema())
    assert not schema.is_valid({"format": "discovery-accounts-account", "version": 1})
