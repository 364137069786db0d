"""How values of directories are read."""

from datetime import UTC, datetime

import pytest

from discovery_accounts.login.ldap.attributes import Unreadable, identifier, valid_until
from discovery_accounts.login.ldap.directory import escaped


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("20260630235959Z", datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC)),
        ("202606302359Z", datetime(2026, 6, 30, 23, 59, tzinfo=UTC)),
        ("2026063023Z", datetime(2026, 6, 30, 23, tzinfo=UTC)),
        ("20260701015959.5+0200", datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC)),
        ("20260630195959-04", datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC)),
        ("132223104000000000", datetime(2020, 1, 1, tzinfo=UTC)),
        ("0", None),
        ("9223372036854775807", None),
        ("2650467743990000000", None),
        ("99991231235959Z", None),
        ("99991231235959-1200", None),
        ("90000101000000Z", None),
    ],
)
def test_moments_of_directories_are_read(text, moment):
    assert valid_until({"until": (text.encode(),)}, "Until") == moment


@pytest.mark.parametrize(
    "text", ["", "soon", "20261340000000Z", "2026-06-30", "20260630235959", "99999999999999999999999"]
)
def test_what_is_no_moment_is_not_taken_for_none(text):
    with pytest.raises(Unreadable):
        valid_until({"until": (text.encode(),)}, "until")


def test_without_the_attribute_an_account_has_no_end():
    assert valid_until({}, "until") is None
    assert valid_until({"until": ()}, "until") is None
    assert valid_until({"until": (b"soon",)}, None) is None


@pytest.mark.parametrize("values", [(), (b"a", b"b"), (b"",), (b"\xff\xfe",), (b"a\0b",), (b"x" * 256,)])
def test_l3_an_id_is_one_value_and_text(values):
    assert identifier({"entryuuid": values}, "entryUUID") is None


def test_l2_an_id_keeps_its_case():
    assert identifier({"uid": (b"Abc",)}, "uid") == "Abc"


def test_an_id_of_another_length_is_no_id_of_active_directory():
    assert identifier({"objectguid": (b"\xff" * 15,)}, "objectGUID") is None


def test_p1_only_letters_and_digits_stand_for_themselves_in_a_filter():
    assert escaped("ada1") == "ada1"
    assert escaped("*)(\\\0å") == "\\2a\\29\\28\\5c\\00\\c3\\a5"
