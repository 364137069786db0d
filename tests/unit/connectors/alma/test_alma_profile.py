"""What Alma holds about a person, and what of it they change."""

import asyncio
import copy
from datetime import date

import pytest

from discovery_accounts.connectors.api import (
    Capability,
    ChangeRefused,
    ContactChanged,
    ContactChanges,
    ContactField,
    Editing,
    LibraryError,
    NotAPatron,
    PatronProfile,
    Refused,
    WrongPatron,
)
from discovery_accounts.testing.replay import Recorded, json_answer

PATH = "/almaws/v1/users/u57"
ALL = "email phone sms_number street postal_code city language"
USER = {
    "primary_id": "u57", "first_name": "Bo", "last_name": "Reader", "record_type": {"value": "PUBLIC"},
    "account_type": {"value": "INTERNAL"}, "user_group": {"value": "08", "desc": "Adult"}, "link": "x",
    "birth_date": "1979-01-11Z", "expiry_date": "2031-05-31Z", "preferred_language": {"value": "no"},
    "password": "", "user_role": [{"role_type": {"value": "200"}}],
    "contact_info": {
        "address": [
            {"line1": "Old 1", "city": "Bergen", "preferred": False},
            {"line1": "Gate 2", "line2": "c/o Bø", "city": "Oslo", "postal_code": "0001", "preferred": True,
             "country": {"value": "NOR", "desc": "Norway"}, "address_type": [{"value": "home"}]},
        ],
        "email": [{"email_address": "bo@lib.example", "preferred": True, "email_type": [{"value": "work"}]}],
        "phone": [{"phone_number": "111", "preferred": True, "preferred_sms": True}],
    },
    "user_note": [
        {"note_text": "Your umbrella is here", "user_viewable": True},
        {"note_text": "Never on time", "user_viewable": False},
    ],
}  # fmt: skip


def user(**fields):
    return copy.deepcopy(USER) | fields


def external(*lists):
    """A user of the university, whose addresses are the library's own but for those lists."""
    found = user(account_type={"value": "EXTERNAL"}, external_id="SIS")
    for kind, rows in found["contact_info"].items():
        for row in rows:
            row["segment_type"] = "External" if kind in lists else "Internal"
    return found


def changing(alma, before=None, answer=None, **changes):
    """What comes of it, and the body that was written, if any."""
    before = before or user()
    connector, transport = alma(
        Recorded("GET", PATH, json_answer(before)),
        Recorded("PUT", PATH, answer or json_answer(before)),
        editable=tuple(ContactField(name) for name in ALL.split()),
    )
    done = asyncio.run(connector.change_contact("u57", ContactChanges(**changes)))
    sent = [request for request in transport.requests if request.method == "PUT"]
    assert len(sent) <= 1
    return done, (sent[0].json if sent else None), (sent[0].params if sent else {})


def numbers(body):
    return [
        (row["phone_number"], bool(row.get("preferred")), bool(row.get("preferred_sms")))
        for row in body["contact_info"]["phone"]
    ]


def test_a_profile_tells_what_is_on_file(alma):
    connector, transport = alma(Recorded("GET", PATH, json_answer(user())))
    assert asyncio.run(connector.read_profile("u57")) == PatronProfile(
        "u57",
        "Bo",
        "Reader",
        "bo@lib.example",
        "111",
        "111",
        "Gate 2, c/o Bø",
        "0001",
        "Oslo",
        "Norway",
        date(1979, 1, 11),
        "Adult",
        language="nb",
        expires_on=date(2031, 5, 31),
        messages=("Your umbrella is here",),
        editable=dict.fromkeys(
            [ContactField.EMAIL, ContactField.PHONE, ContactField.SMS_NUMBER], Editing.DIRECT
        ),
    )
    assert len(transport.requests) == 1


def test_a_profile_without_anything_is_empty(alma):
    bare = {"primary_id": "u57", "contact_info": None, "preferred_language": {"value": "de"}}
    connector, _ = alma(Recorded("GET", PATH, json_answer(bare)))
    profile = asyncio.run(connector.read_profile("u57"))
    assert (profile.email, profile.street, profile.language, profile.messages) == (None, None, None, ())


def test_what_the_university_keeps_is_not_editable(alma):
    connector, _ = alma(Recorded("GET", PATH, json_answer(external("email"))))
    assert set(asyncio.run(connector.read_profile("u57")).editable) == {
        ContactField.PHONE,
        ContactField.SMS_NUMBER,
    }


def test_the_whole_user_is_written_back_with_the_change(alma):
    done, body, params = changing(alma, email=" new@lib.example ", street="Vei 3", city="Voss")
    assert done == ContactChanged()
    assert body["contact_info"]["email"] == [
        {"email_address": "new@lib.example", "preferred": True, "email_type": [{"value": "work"}]}
    ]
    first, second = body["contact_info"]["address"]
    assert (first["line1"], first["line2"], first["city"]) == ("Vei 3", None, "Voss")
    assert (first["postal_code"], first["country"]["value"], second["line1"]) == ("0001", "NOR", "Old 1")
    assert numbers(body) == [("111", True, True)]
    assert body["user_note"] == USER["user_note"]
    assert not {"link", "password", "user_role"} & body.keys()
    assert "override" not in params


@pytest.mark.parametrize(
    ("changes", "after"),
    [
        ({"phone": "222"}, [("111", False, True), ("222", True, False)]),
        ({"sms_number": "333"}, [("111", True, False), ("333", False, True)]),
        ({"phone": "222", "sms_number": "333"}, [("222", True, False), ("333", False, True)]),
        ({"sms_number": ""}, [("111", True, False)]),
        ({"phone": ""}, [("111", False, True)]),
        ({"phone": "", "sms_number": ""}, []),
        ({"sms_number": "111"}, [("111", True, True)]),
    ],
)
def test_one_number_for_both_is_parted_when_one_of_the_two_changes(alma, changes, after):
    _, body, _ = changing(alma, **changes)
    assert sorted(numbers(body)) == sorted(after)


@pytest.mark.parametrize(
    ("changes", "after"),
    [
        ({"phone": "9"}, [("9", True, False), ("2", False, True), ("3", False, False)]),
        ({"sms_number": "9"}, [("1", True, False), ("9", False, True), ("3", False, False)]),
        ({"sms_number": "3"}, [("1", True, False), ("3", False, True)]),
        ({"sms_number": ""}, [("1", True, False), ("3", False, False)]),
    ],
)
def test_of_several_numbers_only_the_meant_one_changes(alma, changes, after):
    phones = [
        {"phone_number": "2", "preferred_sms": True},
        {"phone_number": "1", "preferred": True},
        {"phone_number": "3"},
    ]
    _, body, _ = changing(alma, user(contact_info={"phone": phones}), **changes)
    assert sorted(numbers(body)) == sorted(after)


def test_a_first_number_and_address_are_the_librarys_own(alma):
    _, body, _ = changing(
        alma, user(contact_info={}), sms_number="1", street="Vei 3", city="Voss", email="a@b.no"
    )
    for kind in ("phone", "address", "email"):
        (row,) = body["contact_info"][kind]
        assert (row["segment_type"], row["preferred"]) == ("Internal", True)
        assert row[f"{kind}_type"]


def test_a_language_is_written_over_what_people_chose_before(alma):
    _, body, params = changing(alma, language="sv")
    assert body["preferred_language"] == {"value": "sv"}
    assert params["override"] == "preferred_language"


@pytest.mark.parametrize(
    ("before", "changes", "refused"),
    [
        (external("email"), {"email": "a@b.no", "phone": "2"}, ("email",)),
        (external("phone"), {"sms_number": "2"}, ("sms_number",)),
        (external("address"), {"city": "Voss", "language": "en"}, ("city",)),
        (None, {"country": "SWE"}, ("country",)),
        (
            None,
            {"pickup_alias": "Owl", "self_service_blocked": True},
            ("pickup_alias", "self_service_blocked"),
        ),
        (None, {"email": "no address", "phone": "2"}, ("email",)),
        (None, {"phone": "call me"}, ("phone",)),
        (None, {"street": ""}, ("street",)),
        (None, {"city": "Vo\nss"}, ("city",)),
        (None, {"language": "de"}, ("language",)),
        (user(contact_info={}), {"street": "Vei 3"}, ("street",)),
        (user(contact_info={}), {"postal_code": "0001", "city": "Oslo"}, ("postal_code", "city")),
    ],
)
def test_one_field_that_can_not_be_keeps_all_as_they_are(alma, before, changes, refused):
    done, body, _ = changing(alma, before, **changes)
    assert done == ChangeRefused(refused)
    assert body is None


def test_what_the_settings_do_not_name_is_not_changed(live):
    alma = live(editable="phone")
    assert alma.ask(lambda c: c.change_contact("u1001", ContactChanges(email="a@b.no"))) == ChangeRefused(
        ("email",)
    )
    assert alma.acts == []
    bare = live(editable="")
    assert Capability.CHANGE_CONTACT not in bare.connector.capabilities


def test_nothing_told_writes_nothing(alma):
    assert changing(alma) == (ContactChanged(), None, {})


def test_an_address_that_is_somebody_elses_is_refused(alma, error):
    assert changing(alma, answer=error("401851"), email="a@b.no")[0] == ChangeRefused(("email",))


def test_an_answer_about_somebody_else_is_a_wrong_patron(alma):
    with pytest.raises(WrongPatron):
        changing(alma, answer=json_answer(user(primary_id="u58")), email="a@b.no")
    connector, _ = alma(Recorded("GET", PATH, json_answer(user(primary_id="u58"))))
    with pytest.raises(WrongPatron):
        asyncio.run(connector.read_profile("u57"))


def test_nobody_has_no_profile(live):
    alma = live()
    assert alma.ask(lambda c: c.read_profile("nobody")) == NotAPatron()
    assert alma.ask(lambda c: c.change_contact("nobody", ContactChanges(email="a@b.no"))) == NotAPatron()
    alma.library.clear_calls()
    assert alma.ask(lambda c: c.change_contact("../x", ContactChanges(email="a@b.no"))) == NotAPatron()
    assert alma.calls() == []


@pytest.mark.parametrize("fault", ["error_500", "cut_connection", "garbage", "html", "wrong_key"])
def test_a_change_that_fails_is_a_failure_and_sent_once(live, fault):
    alma = live()
    alma.library.set_fault(fault, method="PUT")
    with pytest.raises(Refused if fault == "wrong_key" else LibraryError) as raised:
        alma.ask(lambda c: c.change_contact("u1001", ContactChanges(email="canary@b.no")))
    assert raised.value.sent
    assert "canary" not in str(raised.value)
    assert alma.acts == ["PUT"]
