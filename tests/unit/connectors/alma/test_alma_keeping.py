"""Alma users made, changed and removed."""

import asyncio
import copy

import pytest

from discovery_accounts.connectors.api import (
    Capability,
    ChangeRefused,
    NotMade,
    PatronDetails,
    PatronRecord,
    Refused,
    TimedOut,
    UnexpectedAnswer,
    WrongPatron,
)
from discovery_accounts.connectors.people import made_mark
from discovery_accounts.testing.replay import Recorded, json_answer

ALL = "/almaws/v1/users"
NEW = {"new_user_group": "ADULT", "new_account_type": "internal", "identity_code_type": "NATIONAL_ID"}
ADA = PatronDetails(
    given_names="Ada",
    family_name="Reader",
    email="ada@lib.example",
    phone="+4712345678",
    user_name="ada@uni.example",
    identity_code="01019012345",
    shared_id=("INST_ID", "900058"),
    language="nb",
)
MARK = made_mark("once-1")
MINE = f"{ALL}/ada%40uni.example"
MADE = {"primary_id": "ada@uni.example", "account_type": {"value": "INTERNAL"}, "last_name": "Reader"}
OURS = MADE | {"user_note": [{"note_type": {"value": "OTHER"}, "note_text": MARK}]}
INTERNAL = {
    "link": "x", "primary_id": "u57", "first_name": "Bo", "last_name": "Reader", "full_name": "Bo Reader",
    "record_type": {"value": "PUBLIC"}, "account_type": {"value": "INTERNAL"}, "user_group": {"value": "ADULT"},
    "password": "", "pin_number": "1", "status": {"value": "ACTIVE"},
    "contact_info": {
        "address": [{"line1": "A"}],
        "email": [
            {"email_address": "old@lib.example", "preferred": False, "email_type": [{"value": "work"}]},
            {"email_address": "bo@lib.example", "preferred": True, "email_type": [{"value": "personal"}]},
        ],
        "phone": [],
    },
    "user_identifier": [
        {"id_type": {"value": "BARCODE"}, "value": "HK57", "status": "ACTIVE"},
        {"id_type": {"value": "INST_ID"}, "value": "900057", "status": "ACTIVE"},
    ],
    "user_role": [{"role_type": {"value": "200"}}], "loans": None, "requests": None, "fees": None,
}  # fmt: skip
EXTERNAL = INTERNAL | {"account_type": {"value": "EXTERNAL"}, "external_id": "SIS"}


def read(path, answer, times=None):
    return Recorded("GET", path, json_answer(answer) if isinstance(answer, dict) else answer, times=times)


def posted(answer, status=200):
    return Recorded("POST", ALL, json_answer(answer, status) if isinstance(answer, dict) else answer)


def put(answer):
    return Recorded("PUT", f"{ALL}/u57", json_answer(answer) if isinstance(answer, dict) else answer)


def sent(transport, method):
    return [request for request in transport.requests if request.method == method]


def make(connector, details=ADA):
    return asyncio.run(connector.make_patron(details, "once-1"))


def change(connector, **changes):
    return asyncio.run(connector.change_patron("u57", PatronDetails(**changes)))


def test_a_new_user_is_told_what_the_settings_say(alma, error):
    connector, transport = alma(read(MINE, error("401861")), posted(MADE), **NEW)
    assert make(connector).patron_id == "ada@uni.example"
    (request,) = sent(transport, "POST")
    assert not request.safe
    assert request.json == {
        "record_type": {"value": "PUBLIC"},
        "account_type": {"value": "INTERNAL"},
        "user_group": {"value": "ADULT"},
        "status": {"value": "ACTIVE"},
        "preferred_language": {"value": "no"},
        "primary_id": "ada@uni.example",
        "first_name": "Ada",
        "last_name": "Reader",
        "contact_info": {
            "email": [
                {
                    "preferred": True,
                    "segment_type": "Internal",
                    "email_type": [{"value": "personal"}],
                    "email_address": "ada@lib.example",
                }
            ],
            "phone": [
                {
                    "preferred": True,
                    "segment_type": "Internal",
                    "phone_type": [{"value": "mobile"}],
                    "phone_number": "+4712345678",
                }
            ],
        },
        "user_identifier": [
            {"id_type": {"value": kind}, "value": value, "status": "ACTIVE", "segment_type": "Internal"}
            for kind, value in (("NATIONAL_ID", "01019012345"), ("INST_ID", "900058"))
        ],
        "user_note": [
            {
                "note_type": {"value": "OTHER"},
                "note_text": MARK,
                "user_viewable": False,
                "popup_note": False,
                "segment_type": "Internal",
            }
        ],
    }


def test_an_external_user_has_the_profile_of_the_settings(alma, error):
    settings = NEW | {"new_account_type": "external", "new_external_id": "SIS", "new_record_type": "STAFF"}
    connector, transport = alma(read(MINE, error("401861")), posted(MADE), **settings)
    make(connector)
    body = sent(transport, "POST")[0].json
    assert (body["account_type"], body["external_id"]) == ({"value": "EXTERNAL"}, "SIS")
    assert body["record_type"] == {"value": "STAFF"}


def test_a_shared_primary_id_goes_before_the_user_name(alma, error):
    connector, _ = alma(
        read(f"{ALL}/900058", error("401861")), posted(MADE | {"primary_id": "900058"}), **NEW
    )
    details = PatronDetails(family_name="R", user_name="ada@uni.example", shared_id=("primary_id", "900058"))
    assert make(connector, details).patron_id == "900058"


def test_a_user_with_our_note_is_the_one_made_before(alma):
    connector, transport = alma(read(MINE, OURS), **NEW)
    assert make(connector).patron_id == "ada@uni.example"
    assert sent(transport, "POST") == []


@pytest.mark.parametrize(
    "there",
    [
        MADE,
        {"primary_id": "u1", "user_identifier": [{"id_type": {"value": "X"}, "value": "ada@uni.example"}]},
    ],
)
def test_a_namesake_is_not(alma, there):
    connector, transport = alma(read(MINE, there), **NEW)
    with pytest.raises(NotMade) as failed:
        make(connector)
    assert failed.value.fields == ("user_name",)
    assert sent(transport, "POST") == []


def test_a_shared_primary_id_that_is_taken_is_named_so(alma):
    connector, _ = alma(read(f"{ALL}/u1", {"primary_id": "u1"}), **NEW)
    with pytest.raises(NotMade) as failed:
        make(connector, PatronDetails(family_name="R", user_name="x", shared_id=("primary_id", "u1")))
    assert failed.value.fields == ("shared_id",)


def test_a_timeout_is_raised_and_the_next_try_finds_the_one_made(alma, error):
    connector, transport = alma(
        read(MINE, error("401861"), times=1), read(MINE, OURS), posted(TimedOut()), **NEW
    )
    with pytest.raises(TimedOut):
        make(connector)
    assert make(connector).patron_id == "ada@uni.example"
    assert len(sent(transport, "POST")) == 1


def test_two_who_make_at_once_get_the_same_user(alma, error):
    connector, _ = alma(
        read(MINE, error("401861"), times=1), read(MINE, OURS), posted(error("401851")), **NEW
    )
    assert make(connector).patron_id == "ada@uni.example"


@pytest.mark.parametrize(
    ("code", "fields", "word"),
    [
        ("401851", ("identity_code", "shared_id"), "somebody else"),
        ("401852", (), "new_user_group"),
        ("401853", (), "new_external_id"),
        ("401854", (), "new_external_id"),
        ("401857", (), "account type"),
        ("401664", (), "missing"),
        ("401863", (), "settings"),
        ("401864", (), "settings"),
    ],
)
def test_why_a_user_is_not_made_is_told(alma, error, code, fields, word):
    answer = error(code, "User with identifier ada@uni.example of type X already exists.")
    connector, _ = alma(read(MINE, error("401861")), posted(answer), **NEW)
    with pytest.raises(NotMade, match=word) as failed:
        make(connector)
    assert failed.value.fields == fields
    assert "ada@" not in str(failed.value)


def test_an_unknown_code_is_no_refusal(alma, error):
    connector, _ = alma(read(MINE, error("401861")), posted(error("401658")), **NEW)
    with pytest.raises(UnexpectedAnswer, match="401658"):
        make(connector)


def test_a_new_user_who_is_somebody_else_is_never_passed_on(alma, error):
    connector, _ = alma(read(MINE, error("401861")), posted(MADE | {"primary_id": "u1"}), **NEW)
    with pytest.raises(WrongPatron):
        make(connector)


@pytest.mark.parametrize(
    ("details", "fields"),
    [
        (PatronDetails(given_names="Ada"), ("family_name",)),
        (PatronDetails(family_name="R", user_name="a/../b"), ("user_name",)),
        (PatronDetails(family_name="R", shared_id=("all_unique", "x")), ("shared_id",)),
        (PatronDetails(family_name="R\nX"), ("family_name",)),
    ],
)
def test_what_alma_could_not_keep_is_refused_unsent(alma, details, fields):
    connector, transport = alma(**NEW)
    with pytest.raises(NotMade) as failed:
        make(connector, details)
    assert (failed.value.fields, failed.value.sent) == (fields, False)
    assert transport.requests == []


def test_without_the_permanent_id_nobody_is_made(alma):
    connector, transport = alma(permanent_id="INST_ID", **NEW)
    with pytest.raises(NotMade) as failed:
        make(connector, PatronDetails(family_name="R", user_name="ada"))
    assert failed.value.fields == ("shared_id",)
    assert transport.requests == []


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        ({"new_user_group": None}, "new_user_group"),
        ({"new_account_type": None}, "new_account_type"),
        ({"new_account_type": "external"}, "new_external_id"),
    ],
)
def test_without_the_settings_of_a_new_user_none_can_be_made(alma, settings, missing):
    connector, _ = alma(**(NEW | settings))
    assert Capability.MAKE_PATRONS not in connector.capabilities
    assert missing in connector.absent[Capability.MAKE_PATRONS]
    assert Capability.MAKE_PATRONS in alma(**NEW)[0].capabilities


def test_the_whole_user_is_written_back_but_for_what_is_worked_out_and_the_roles(alma):
    connector, transport = alma(read(f"{ALL}/u57", INTERNAL), put(INTERNAL))
    changed = change(connector, email="new@lib.example", phone="+47", given_names="Ada")
    assert isinstance(changed, PatronRecord)
    body = sent(transport, "PUT")[0].json
    expected = copy.deepcopy(INTERNAL) | {"first_name": "Ada"}
    for name in ("link", "full_name", "password", "user_role", "loans", "requests", "fees"):
        del expected[name]
    expected["contact_info"]["email"][1]["email_address"] = "new@lib.example"
    phone = {
        "preferred": True,
        "segment_type": "Internal",
        "phone_type": [{"value": "mobile"}],
        "phone_number": "+47",
    }
    expected["contact_info"]["phone"] = [phone]
    assert body == expected
    assert sent(transport, "PUT")[0].params == {"user_id_type": "all_unique"}


def test_an_identifier_takes_the_place_of_its_kind(alma):
    connector, transport = alma(read(f"{ALL}/u57", INTERNAL), put(INTERNAL), **NEW)
    change(connector, identity_code="01019012345", shared_id=("INST_ID", "900058"))
    rows = sent(transport, "PUT")[0].json["user_identifier"]
    assert [(row["id_type"]["value"], row["value"]) for row in rows] == [
        ("BARCODE", "HK57"),
        ("NATIONAL_ID", "01019012345"),
        ("INST_ID", "900058"),
    ]


def test_an_empty_address_takes_all_away(alma):
    connector, transport = alma(read(f"{ALL}/u57", INTERNAL), put(INTERNAL))
    change(connector, email="")
    contact = sent(transport, "PUT")[0].json["contact_info"]
    assert (contact["email"], contact["address"]) == ([], [{"line1": "A"}])


def test_what_the_university_keeps_is_refused_by_name(alma):
    connector, transport = alma(read(f"{ALL}/u57", EXTERNAL), **NEW)
    details = {"given_names": "A", "family_name": "B", "identity_code": "1", "email": "a@b.c", "phone": "1"}
    assert change(connector, **details) == ChangeRefused(
        ("given_names", "family_name", "email", "identity_code")
    )
    assert sent(transport, "PUT") == []


def test_what_is_the_librarys_own_can_be_changed_for_people_of_the_university(alma):
    user = copy.deepcopy(EXTERNAL)
    for row in user["contact_info"]["email"]:
        row["segment_type"] = "Internal"
    connector, transport = alma(read(f"{ALL}/u57", user), put(user))
    assert isinstance(change(connector, email="new@lib.example", language="sv"), PatronRecord)
    (request,) = sent(transport, "PUT")
    assert request.params["override"] == "preferred_language"
    assert request.json["preferred_language"] == {"value": "sv"}


@pytest.mark.parametrize(
    ("permanent_id", "changes", "refused"),
    [
        ("primary_id", {"user_name": "new"}, ("user_name",)),
        ("primary_id", {"shared_id": ("primary_id", "new")}, ("shared_id",)),
        ("INST_ID", {"shared_id": ("INST_ID", "new")}, ("shared_id",)),
    ],
)
def test_the_permanent_id_is_never_changed(alma, permanent_id, changes, refused):
    path = f"{ALL}/u57"
    user = INTERNAL | {"user_identifier": [{"id_type": {"value": "INST_ID"}, "value": "u57"}]}
    connector, transport = alma(read(path, user), permanent_id=permanent_id)
    assert change(connector, **changes) == ChangeRefused(refused)
    assert sent(transport, "PUT") == []


def test_an_answer_about_somebody_else_is_never_passed_on(alma):
    connector, _ = alma(read(f"{ALL}/u57", INTERNAL), put(INTERNAL | {"primary_id": "u1"}))
    with pytest.raises(WrongPatron):
        change(connector, email="a@b.c")


def test_a_refused_key_is_no_missing_patron(alma, error):
    connector, _ = alma(read(f"{ALL}/u57", INTERNAL), put(error("UNAUTHORIZED", status=401)))
    with pytest.raises(Refused):
        change(connector, email="a@b.c")
