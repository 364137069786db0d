"""Koha patrons made, changed and removed."""

import asyncio

import pytest

from discovery_accounts.connectors.api import (
    Capability,
    ChangeRefused,
    NotAPatron,
    NotMade,
    NotRemoved,
    PatronDetails,
    PatronRecord,
    Refused,
    Removed,
    TimedOut,
    UnexpectedAnswer,
    WrongPatron,
)
from discovery_accounts.connectors.people import made_mark
from discovery_accounts.testing.replay import Recorded, json_answer

NEW = {"new_patron_category": "ADULT", "new_patron_library": "MAIN", "identity_attribute": "HETU"}
ADA = PatronDetails(
    given_names="Ada",
    family_name="Reader",
    email="ada@lib.example",
    user_name="ada@uni.example",
    identity_code="010190-999R",
    shared_id=("attribute:EPPN", "ada@uni.example"),
    language="nb",
)
MARK = made_mark("once-1")
MADE = {"patron_id": 58, "cardnumber": "C58", "userid": "ada@uni.example", "surname": "Reader"}
WHOLE = {
    "patron_id": 57, "cardnumber": "C57", "surname": "Reader", "firstname": "Bo", "email": "bo@lib.example",
    "library_id": "MAIN", "category_id": "ADULT", "userid": "bo", "expired": False, "restricted": False,
    "anonymized": False, "updated_on": "2030-01-01T00:00:00Z", "last_seen": None, "login_attempts": 2,
    "staff_notes": "kept", "privacy": 1, "extended_attributes": [
        {"extended_attribute_id": 7, "type": "EPPN", "value": "bo@uni.example"},
    ],
}  # fmt: skip
ATTRIBUTES = "/v1/patrons/57/extended_attributes"


def looked(*rows, times=None):
    return Recorded("GET", "/v1/patrons", json_answer(list(rows)), times=times)


def posted(body, status):
    return Recorded("POST", "/v1/patrons", json_answer(body, status))


def read():
    return Recorded("GET", "/v1/patrons/57", json_answer(WHOLE))


def put(body, status=200):
    return Recorded("PUT", "/v1/patrons/57", json_answer(body, status))


def sent(transport, method):
    return [
        request for request in transport.requests if request.method == method and "token" not in request.path
    ]


def make(connector, details=ADA):
    return asyncio.run(connector.make_patron(details, "once-1"))


def change(connector, **changes):
    return asyncio.run(connector.change_patron("57", PatronDetails(**changes)))


def test_a_new_patron_is_told_what_the_settings_say_and_no_card_number(koha):
    connector, transport = koha(looked(), posted(MADE, 201), **NEW)
    made = make(connector)
    assert (made.patron_id, made.card_number) == ("58", "C58")
    (request,) = sent(transport, "POST")
    assert not request.safe
    assert request.json == {
        "surname": "Reader",
        "firstname": "Ada",
        "email": "ada@lib.example",
        "userid": "ada@uni.example",
        "lang": "nb-NO",
        "category_id": "ADULT",
        "library_id": "MAIN",
        "staff_notes": MARK,
        "extended_attributes": [
            {"type": "HETU", "value": "010190-999R"},
            {"type": "EPPN", "value": "ada@uni.example"},
        ],
    }


def test_the_word_is_told_in_a_form_that_gives_nothing_away():
    assert "once-1" not in MARK
    assert made_mark("once-1") == MARK != made_mark("once-2")


def test_a_patron_with_our_mark_is_the_one_made_before(koha):
    connector, transport = koha(looked(MADE | {"staff_notes": f"A nice person. {MARK}"}), **NEW)
    assert make(connector).patron_id == "58"
    assert sent(transport, "POST") == []


def test_a_shared_user_name_that_is_taken_is_named_so(koha):
    connector, transport = koha(looked(MADE), **NEW)
    details = PatronDetails(family_name="R", user_name="x", shared_id=("userid", "ada@uni.example"))
    with pytest.raises(NotMade) as failed:
        make(connector, details)
    assert failed.value.fields == ("shared_id",)
    assert sent(transport, "POST") == []


def test_a_timeout_is_raised_and_the_next_try_finds_the_one_made(koha):
    connector, transport = koha(
        looked(times=1),
        looked(MADE | {"staff_notes": MARK}),
        Recorded("POST", "/v1/patrons", TimedOut()),
        **NEW,
    )
    with pytest.raises(TimedOut) as failed:
        make(connector)
    assert failed.value.sent
    assert make(connector).patron_id == "58"
    assert len(sent(transport, "POST")) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [(400, {"error": "Problem with ada@uni.example"}), (409, {"error": "Duplicate", "conflict": "userid"})],
)
def test_two_who_make_at_once_get_the_same_patron(koha, status, body):
    connector, _ = koha(looked(times=1), looked(MADE | {"staff_notes": MARK}), posted(body, status), **NEW)
    assert make(connector).patron_id == "58"


@pytest.mark.parametrize(
    ("status", "body", "fields", "word"),
    [
        (400, {"error": "Given category_id does not exist"}, (), "new_patron_category"),
        (400, {"error": "Given library_id does not exist"}, (), "new_patron_library"),
        (400, {"error": "Problem with ada@uni.example"}, ("user_name",), "user name"),
        (409, {"error": "Duplicate", "conflict": "userid"}, ("user_name",), "already"),
        (400, {"error": "x", "error_code": "attribute_not_unique"}, ("identity_code", "shared_id"), "unique"),
        (400, {"error": "x", "error_code": "missing_mandatory_attribute"}, (), "Mandatory"),
    ],
)
def test_why_a_patron_is_not_made_is_told(koha, status, body, fields, word):
    connector, _ = koha(looked(), posted(body, status), **NEW)
    with pytest.raises(NotMade, match=word) as failed:
        make(connector)
    assert failed.value.fields == fields
    assert "ada@" not in str(failed.value)


def test_a_body_that_koha_does_not_understand_is_no_refusal(koha):
    schema = {"errors": [{"message": "Not allowed", "path": "/body/lang"}], "status": 400}
    connector, _ = koha(looked(), posted(schema, 400), **NEW)
    with pytest.raises(UnexpectedAnswer, match="/body/lang"):
        make(connector)


def test_a_new_patron_who_is_somebody_else_is_never_passed_on(koha):
    connector, _ = koha(looked(), posted(MADE | {"userid": "bo"}, 201), **NEW)
    with pytest.raises(WrongPatron):
        make(connector)


@pytest.mark.parametrize(
    ("details", "fields"),
    [
        (PatronDetails(family_name="R", user_name="x" * 76), ("user_name",)),
        (PatronDetails(family_name="R", shared_id=("cardnumber", "x" * 33)), ("shared_id",)),
        (PatronDetails(family_name="R", shared_id=("surname", "x")), ("shared_id",)),
        (PatronDetails(family_name="R\nX"), ("family_name",)),
        (PatronDetails(given_names="Ada"), ("family_name",)),
    ],
)
def test_what_koha_could_not_keep_is_refused_unsent(koha, details, fields):
    connector, transport = koha(**NEW)
    with pytest.raises(NotMade) as failed:
        make(connector, details)
    assert (failed.value.fields, failed.value.sent) == (fields, False)
    assert transport.requests == []


def test_a_patron_without_a_user_name_gets_one_from_the_word(koha):
    row = MADE | {"userid": MARK}
    connector, transport = koha(looked(), posted(row, 201), **NEW)
    make(connector, PatronDetails(family_name="Reader", identity_code="010190-999R"))
    assert sent(transport, "POST")[0].json["userid"] == MARK


def test_an_identity_code_without_a_place_is_not_told(koha):
    settings = NEW | {"identity_attribute": None}
    connector, transport = koha(looked(), posted(MADE, 201), **settings)
    make(connector)
    assert "010190-999R" not in str(sent(transport, "POST")[0].json)


@pytest.mark.parametrize("missing", ["new_patron_category", "new_patron_library"])
def test_without_the_settings_of_a_new_patron_none_can_be_made(koha, missing):
    connector, _ = koha(**(NEW | {missing: None}))
    assert Capability.MAKE_PATRONS not in connector.capabilities
    assert missing in connector.absent[Capability.MAKE_PATRONS]
    assert Capability.MAKE_PATRONS in koha(**NEW)[0].capabilities


def test_the_whole_record_is_written_back_but_for_what_is_not_ours(koha):
    connector, transport = koha(read(), put(WHOLE | {"email": "new@lib.example"}))
    changed = change(connector, email="new@lib.example")
    assert isinstance(changed, PatronRecord)
    assert changed.email == "new@lib.example"
    body = sent(transport, "PUT")[0].json
    assert body == {
        "cardnumber": "C57",
        "surname": "Reader",
        "firstname": "Bo",
        "email": "new@lib.example",
        "library_id": "MAIN",
        "category_id": "ADULT",
        "userid": "bo",
        "staff_notes": "kept",
        "privacy": 1,
    }


def test_an_empty_number_takes_away_the_one_on_file(koha):
    connector, transport = koha(read(), put(WHOLE))
    change(connector, phone="")
    assert sent(transport, "PUT")[0].json["phone"] is None


@pytest.mark.parametrize(
    ("status", "body", "changes", "refused"),
    [
        (409, {"error": "Duplicate", "conflict": "userid"}, {"user_name": "ada"}, ("user_name",)),
        (400, {"error": "Problem with ada"}, {"user_name": "ada"}, ("user_name",)),
        (409, {"error": "x", "conflict": "cardnumber"}, {"shared_id": ("cardnumber", "C9")}, ("shared_id",)),
        (
            403,
            {"error": "Not enough privileges to change a superlibrarian's email"},
            {"email": "a@b.c"},
            ("email",),
        ),
    ],
)
def test_fields_that_koha_refuses_are_named(koha, status, body, changes, refused):
    connector, _ = koha(read(), put(body, status))
    assert change(connector, **changes) == ChangeRefused(refused)


@pytest.mark.parametrize(
    "changes", [{"identity_code": "010190-999R"}, {"language": "tlh"}, {"family_name": ""}]
)
def test_what_has_no_place_here_is_refused_unsent(koha, changes):
    connector, transport = koha()
    assert change(connector, **changes) == ChangeRefused(tuple(changes))
    assert transport.requests == []


def test_an_attribute_is_replaced_or_added(koha):
    done = {"extended_attribute_id": 8, "type": "HETU", "value": "x"}
    connector, transport = koha(
        read(),
        Recorded("PATCH", f"{ATTRIBUTES}/7", json_answer(done)),
        Recorded("POST", ATTRIBUTES, json_answer(done, 201)),
        **NEW,
    )
    changed = change(connector, shared_id=("attribute:EPPN", "ada@uni.example"), identity_code="010190-999R")
    assert isinstance(changed, PatronRecord)
    assert sent(transport, "PATCH")[0].json == {"value": "ada@uni.example"}
    assert sent(transport, "POST")[0].json == {"type": "HETU", "value": "010190-999R"}
    assert sent(transport, "PUT") == []


def test_a_refused_attribute_leaves_everything_as_it_was(koha):
    connector, transport = koha(
        read(),
        Recorded("PATCH", f"{ATTRIBUTES}/7", json_answer({"extended_attribute_id": 7})),
        Recorded("POST", ATTRIBUTES, json_answer({"error": "x", "error_code": "attribute_not_unique"}, 409)),
        **NEW,
    )
    shared = ("attribute:EPPN", "ada@uni.example")
    assert change(connector, identity_code="1", shared_id=shared, email="a@b.c") == ChangeRefused(
        ("identity_code",)
    )
    assert sent(transport, "PUT") == []


def test_attributes_are_put_back_when_the_rest_is_refused(koha):
    connector, transport = koha(
        read(),
        Recorded("PATCH", f"{ATTRIBUTES}/7", json_answer({"extended_attribute_id": 7})),
        put({"error": "Problem with ada"}, 400),
    )
    shared = ("attribute:EPPN", "ada@uni.example")
    assert change(connector, shared_id=shared, user_name="ada") == ChangeRefused(("user_name",))
    assert [request.json["value"] for request in sent(transport, "PATCH")] == [
        "ada@uni.example",
        "bo@uni.example",
    ]


def test_a_right_that_lacks_is_named_and_nobody_is_taken_for_gone(koha):
    body = {"error": "Missing", "required_permissions": {"borrowers": "1"}}
    connector, _ = koha(read(), put(body, 403))
    with pytest.raises(Refused, match="borrowers:1"):
        change(connector, email="a@b.c")


@pytest.mark.parametrize(
    ("code", "because"),
    [
        ("has_checkouts", "open_loans"),
        ("has_debt", "unpaid_fees"),
        ("has_guarantees", "guarantor"),
        ("is_protected", "protected"),
        ("is_anonymous_patron", "protected"),
        ("something_new", "library_says_no"),
    ],
)
def test_what_keeps_a_patron_has_a_code_of_the_house(koha, code, because):
    connector, _ = koha(
        Recorded("DELETE", "/v1/patrons/57", json_answer({"error": "x", "error_code": code}, 409))
    )
    assert asyncio.run(connector.remove_patron("57")) == NotRemoved(because)


@pytest.mark.parametrize(
    ("status", "body", "answer"),
    [(204, "", Removed()), (404, {"error": "Patron not found"}, NotAPatron())],
)
def test_a_removal_is_one_call(koha, status, body, answer):
    connector, transport = koha(Recorded("DELETE", "/v1/patrons/57", json_answer(body, status)))
    assert asyncio.run(connector.remove_patron("57")) == answer
    assert len(sent(transport, "DELETE")) == 1


def test_an_address_that_is_not_there_is_no_missing_patron(koha):
    nowhere = json_answer({"errors": [{"message": "Not Found.", "path": "/"}], "status": 404}, 404)
    connector, _ = koha(Recorded("DELETE", "/v1/patrons/57", nowhere))
    with pytest.raises(UnexpectedAnswer):
        asyncio.run(connector.remove_patron("57"))
