"""A Koha patron's own data, read and changed, without the plugin and with it."""

import asyncio

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
    Refused,
    TimedOut,
    UnexpectedAnswer,
    WrongPatron,
)
from discovery_accounts.testing.replay import Recorded, json_answer

ALL = "email phone sms_number street postal_code city country language pickup_alias self_service_blocked"
WIDE = {"editable": ALL, "pickup_alias": "yes", "self_service_block_attribute": "SSBAR"}
PLUGIN = "/v1/contrib/kohasuomi/patrons/57"
RECORD = {"patron_id": 57, "surname": "Reader", "library_id": "MAIN", "category_id": "ADULT"}


@pytest.fixture
def open_koha(live):
    return live(**WIDE)


@pytest.fixture
def with_plugin(live):
    return live(plugin=True, **WIDE)


def change(koha, patron_id, **changes):
    return koha.ask(lambda c: c.change_contact(patron_id, ContactChanges(**changes)))


def profile(koha, patron_id):
    return koha.ask(lambda c: c.read_profile(patron_id))


def test_everything_is_told_in_one_call(open_koha):
    good = open_koha.patrons["good"]
    told = profile(open_koha, good.patron_id)
    assert (told.patron_id, told.given_names, told.email) == (good.patron_id, good.given_name, good.email)
    assert (told.street, told.postal_code, told.city) == ("Kirjastokatu 1", "00100", "Helsinki")
    assert (told.category, told.home_library, told.language) == ("Henkilö", "Pääkirjasto", "fi")
    assert told.self_service_blocked is False
    assert told.birth_date.isoformat() == good.birth_date
    assert told.messages is None
    assert set(told.editable) == set(ContactField)
    assert set(told.editable.values()) == {Editing.DIRECT}
    assert open_koha.calls() == [f"/api/v1/patrons/{good.patron_id}"]


def test_by_itself_only_addresses_and_numbers_may_be_changed(live):
    library = live()
    told = profile(library, "101")
    assert set(told.editable) == {ContactField.EMAIL, ContactField.PHONE, ContactField.SMS_NUMBER}
    assert (told.pickup_alias, told.self_service_blocked) == (None, None)
    library.library.clear_calls()
    refused = change(library, "101", street="Elsewhere 1", email="new@lib.example")
    assert refused == ChangeRefused((ContactField.STREET,))
    assert library.calls() == []


def test_what_the_library_does_not_keep_is_not_editable_though_named(live):
    library = live(editable="pickup_alias self_service_blocked email")
    assert set(profile(library, "101").editable) == {ContactField.EMAIL}


def test_a_library_may_let_nothing_be_changed(live):
    assert Capability.CHANGE_CONTACT in live(editable="pickup_alias").connector.absent


def test_all_that_is_changed_is_there_afterwards_and_the_rest_as_before(open_koha):
    before = profile(open_koha, "101")
    wanted = {
        "email": "new@lib.example",
        "phone": "+358 40 1",
        "sms_number": "+358402",
        "street": "Elsewhere 1",
        "postal_code": "33100",
        "city": "Tampere",
        "country": "Suomi",
        "pickup_alias": "Owl",
        "language": "sv",
        "self_service_blocked": True,
    }
    assert change(open_koha, "101", **wanted) == ContactChanged()
    after = profile(open_koha, "101")
    assert {name: getattr(after, name) for name in wanted} == wanted
    assert (after.family_name, after.expires_on) == (before.family_name, before.expires_on)


def test_an_empty_text_clears(open_koha):
    change(open_koha, "101", phone="123", self_service_blocked=True)
    assert change(open_koha, "101", phone="", self_service_blocked=False) == ContactChanged()
    after = profile(open_koha, "101")
    assert (after.phone, after.self_service_blocked) == (None, False)


@pytest.mark.parametrize(
    "changes", [{"email": "a\nb"}, {"city": "x" * 300}, {"language": "tlh"}, {"language": ""}]
)
def test_a_value_that_no_library_could_keep_is_refused_without_a_call(open_koha, changes):
    assert change(open_koha, "101", **changes) == ChangeRefused((ContactField(next(iter(changes))),))
    assert open_koha.calls() == []


@pytest.mark.parametrize("plugin", [False, True])
@pytest.mark.parametrize("patron_id", ["99999", "0", "101/password", "x"])
def test_nobody_has_no_profile_and_nothing_to_change(live, plugin, patron_id):
    library = live(plugin=plugin)
    assert profile(library, patron_id) == NotAPatron()
    assert change(library, patron_id, email="a@lib.example") == NotAPatron()


@pytest.mark.parametrize("plugin", [False, True])
def test_somebody_elses_record_is_never_shown(live, plugin):
    library = live(plugin=plugin)
    library.library.set_fault("other_patron")
    with pytest.raises(WrongPatron):
        profile(library, "101")
    with pytest.raises(WrongPatron):
        change(library, "101", email="a@lib.example")


def test_an_attribute_that_is_refused_leaves_everything_as_it_was(live):
    library = live(editable="email self_service_blocked", self_service_block_attribute="NOSUCH")
    refused = change(library, "101", email="a@lib.example", self_service_blocked=True)
    assert refused == ChangeRefused((ContactField.SELF_SERVICE_BLOCKED,))
    assert profile(library, "101").email == "reader1@koha.example"


def test_an_unknown_word_for_self_service_is_not_guessed_at(live):
    library = live(**WIDE)
    library.library.give_identifier("101", "SSBAR", "perhaps")
    assert profile(library, "101").self_service_blocked is None


def test_a_change_is_sent_once_and_a_failure_says_so(open_koha):
    open_koha.library.set_fault("cut_connection", method="PUT")
    with pytest.raises(LibraryError) as failed:
        change(open_koha, "101", email="a@lib.example")
    assert failed.value.sent
    assert len(open_koha.calls("PUT")) == 1
    assert "a@lib.example" not in str(failed.value)


def test_older_versions_tell_codes_for_words(koha):
    def answer(request):
        if "+strings" in request.headers["x-koha-embed"]:
            return json_answer({"error": "Embedding +strings is not authorised."}, 400)
        return json_answer(RECORD | {"lang": "default", "opac_notes": "Your umbrella is here."})

    connector, transport = koha(Recorded("GET", "/v1/patrons/57", answer))

    for _ in range(2):
        told = asyncio.run(connector.read_profile("57"))
    assert (told.category, told.home_library, told.language) == ("ADULT", "MAIN", None)
    assert told.messages == ("Your umbrella is here.",)
    assert transport.count("GET", "patrons/57") == 3


# --- with the plugin


def test_the_plugin_adds_what_staff_wrote(with_plugin):
    told = profile(with_plugin, "101")
    assert told.messages == ("Your umbrella is at the desk.",)
    assert profile(with_plugin, "103").messages == ()
    assert told.editable[ContactField.EMAIL] == Editing.DIRECT
    assert told.editable[ContactField.SMS_NUMBER] == Editing.DIRECT
    assert told.editable[ContactField.SELF_SERVICE_BLOCKED] == Editing.DIRECT
    assert told.editable[ContactField.PHONE] == Editing.APPROVAL


def test_with_the_plugin_staff_say_yes_first(with_plugin):
    changed = change(with_plugin, "101", email="new@lib.example", phone="040", city="Tampere")
    assert changed == ContactChanged((ContactField.PHONE, ContactField.CITY))
    told = profile(with_plugin, "101")
    assert (told.email, told.phone, told.city) == ("new@lib.example", None, "Helsinki")
    with_plugin.library.approve_changes("101")
    told = profile(with_plugin, "101")
    assert (told.phone, told.city) == ("040", "Tampere")


def test_what_the_plugin_writes_at_once_takes_one_call(with_plugin):
    assert change(with_plugin, "101", email="new@lib.example", sms_number="+3584") == ContactChanged()
    assert with_plugin.calls() == ["/api/v1/contrib/kohasuomi/patrons/101"]
    assert profile(with_plugin, "101").sms_number == "+3584"


def test_the_attribute_is_written_beside_the_plugin(with_plugin):
    assert change(with_plugin, "101", self_service_blocked=True) == ContactChanged()
    assert with_plugin.calls("PATCH") == []
    assert profile(with_plugin, "101").self_service_blocked is True


def patched(koha, answer, **changes):

    connector, transport = koha(
        Recorded("PATCH", PLUGIN, answer),
        di_plugin=True,
        editable=("email", "phone", "sms_number"),
    )
    told = asyncio.run(connector.change_contact("57", ContactChanges(**changes)))
    assert transport.count("PATCH") == 1
    return told


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (json_answer({"patron_id": 57}), ContactChanged()),
        (json_answer({}, 204), ContactChanged()),
        (json_answer({}, 202), ContactChanged((ContactField.EMAIL,))),
        (json_answer({"error": "Duplicate", "conflict": "email"}, 409), ChangeRefused((ContactField.EMAIL,))),
        (json_answer({"error": "Invalid parameter(s)"}, 400), ChangeRefused((ContactField.EMAIL,))),
        (json_answer({"error": "Patron not found"}, 404), NotAPatron()),
    ],
)
def test_the_answers_of_the_plugin(koha, answer, told):
    assert patched(koha, answer, email="a@lib.example") == told


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (json_answer({"error": "Preferences do not allow changing patrons details"}, 403), Refused),
        (json_answer({"patron_id": 58}), WrongPatron),
        (json_answer({"borrowernumber": 58}), WrongPatron),
        (
            json_answer({"errors": [{"message": "Not Found.", "path": "/"}], "status": 404}, 404),
            UnexpectedAnswer,
        ),
        (json_answer({"error": "Something a@lib.example"}, 400), UnexpectedAnswer),
        (TimedOut("sim: no whole answer"), TimedOut),
    ],
)
def test_what_is_no_answer_of_the_plugin_is_a_failure_without_what_was_sent(koha, answer, failure):
    with pytest.raises(failure) as raised:
        patched(koha, answer, email="a@lib.example")
    assert "a@lib.example" not in str(raised.value)
    assert raised.value.sent


def test_where_the_plugin_refuses_the_attribute_is_put_back(koha):

    rows = [{"extended_attribute_id": 7, "type": "SSBAR", "value": "0"}]
    one = "/v1/patrons/57/extended_attributes/7"
    connector, transport = koha(
        Recorded("GET", "/v1/patrons/57", json_answer(RECORD | {"extended_attributes": rows})),
        Recorded("PATCH", one, json_answer(rows[0])),
        Recorded("PATCH", PLUGIN, json_answer({"error": "Duplicate", "conflict": "phone"}, 409)),
        di_plugin=True,
        editable=("phone", "self_service_blocked"),
        self_service_block_attribute="SSBAR",
    )
    wanted = ContactChanges(phone="040", self_service_blocked=True)
    assert asyncio.run(connector.change_contact("57", wanted)) == ChangeRefused((ContactField.PHONE,))
    sent = [(one.path, one.json) for one in transport.requests if one.method == "PATCH"]
    assert sent == [(one, {"value": "1"}), (PLUGIN, {"phone": "040"}), (one, {"value": "0"})]
