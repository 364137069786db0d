"""Choices of messages, messages from staff, and the family: what the discovery plugin tells."""

import asyncio

import pytest

from discovery_accounts.connectors.api import (
    Capability,
    ChangeRefused,
    Family,
    MessageChoice,
    NotAPatron,
    Refused,
    Relative,
    UnexpectedAnswer,
    WrongPatron,
)
from discovery_accounts.domain.messages import Channel, MessageKind
from discovery_accounts.testing.replay import Recorded, json_answer

NEEDS_PLUGIN = (Capability.KEEP_MESSAGING, Capability.LIST_NOTICES, Capability.READ_FAMILY)
PATH = "/v1/contrib/kohasuomi/patrons/57"
EMAIL, SMS, PRINT = Channel.EMAIL, Channel.SMS, Channel.PRINT


@pytest.fixture
def library(live):
    return live(plugin=True)


def settings(library, patron_id="101"):
    told = library.ask(lambda c: c.read_messaging(patron_id))
    return {one.kind: one for one in told}


def choose(library, *choices):
    return library.ask(lambda c: c.change_messaging("101", choices))


def test_without_the_plugin_they_are_absent_and_the_reason_names_the_key(live):
    connector = live().connector
    assert all("di_plugin" in connector.absent[one] for one in NEEDS_PLUGIN)
    assert not connector.capabilities & set(NEEDS_PLUGIN)
    assert set(NEEDS_PLUGIN) <= live(plugin=True).connector.capabilities


def test_each_kind_tells_its_channels_and_choices(library):
    told = settings(library)
    assert set(told) == {
        MessageKind.DUE,
        MessageKind.ADVANCE_NOTICE,
        MessageKind.HOLD_READY,
        MessageKind.CHECKIN,
        MessageKind.CHECKOUT,
        MessageKind.RENEWAL,
    }
    advance, hold = told[MessageKind.ADVANCE_NOTICE], told[MessageKind.HOLD_READY]
    assert (advance.channels, advance.offered) == ({EMAIL}, {EMAIL, SMS})
    assert (advance.digest, advance.days_ahead, advance.most_days_ahead) == (False, 3, 30)
    assert (hold.channels, hold.offered) == ({EMAIL}, {EMAIL, SMS, PRINT})
    assert (hold.digest, hold.days_ahead, hold.most_days_ahead) == (None, None, None)
    assert len(library.calls()) == 1


def test_what_is_chosen_holds_and_the_rest_stays(library):
    before = settings(library)
    told = choose(
        library,
        MessageChoice(MessageKind.ADVANCE_NOTICE, days_ahead=7),
        MessageChoice(MessageKind.DUE, channels=frozenset(), digest=True),
    )
    after = settings(library)
    assert {one.kind: one for one in told} == after
    assert after[MessageKind.ADVANCE_NOTICE].days_ahead == 7
    assert after[MessageKind.ADVANCE_NOTICE].channels == {EMAIL}
    assert (after[MessageKind.DUE].channels, after[MessageKind.DUE].digest) == (frozenset(), True)
    assert after[MessageKind.HOLD_READY] == before[MessageKind.HOLD_READY]


def test_a_channel_that_we_have_no_word_for_stays_on(library):
    choose(library, MessageChoice(MessageKind.HOLD_READY, channels=frozenset({PRINT})))
    told = library.ask(lambda c: c._plugin.patron("101", "query_messaging_preferences"))
    ways = told.inner("messaging_preferences").inner("Hold_Filled").inner("transport_types")
    assert {one: ways.flag(one) for one in ways.names} == {
        "email": False,
        "sms": False,
        "print": True,
        "suomifi": True,
    }


@pytest.mark.parametrize(
    "choice",
    [
        MessageChoice(MessageKind.OVERDUE, channels=frozenset({EMAIL})),
        MessageChoice(MessageKind.RENEWAL, channels=frozenset({SMS})),
        MessageChoice(MessageKind.DUE, channels=frozenset({Channel.PUSH})),
        MessageChoice(MessageKind.DUE, days_ahead=2),
        MessageChoice(MessageKind.ADVANCE_NOTICE, days_ahead=31),
        MessageChoice(MessageKind.ADVANCE_NOTICE, days_ahead=-1),
        MessageChoice(MessageKind.HOLD_READY, digest=True),
    ],
)
def test_what_is_not_offered_is_refused_before_anything_is_sent(library, choice):
    fine = MessageChoice(MessageKind.ADVANCE_NOTICE, days_ahead=1)
    assert choose(library, fine, choice) == ChangeRefused((choice.kind,))
    assert library.calls("PUT") == []


def test_all_choices_or_none_where_the_library_stops_halfway(library):
    before = settings(library)
    refused = choose(
        library,
        MessageChoice(MessageKind.ADVANCE_NOTICE, days_ahead=9),
        MessageChoice(MessageKind.DUE, channels=frozenset({SMS})),  # there is no number to send it to
    )
    assert refused == ChangeRefused((MessageKind.ADVANCE_NOTICE, MessageKind.DUE))
    assert settings(library) == before


def test_nothing_chosen_changes_nothing(library):
    assert {one.kind: one for one in choose(library)} == settings(library)
    assert library.calls("PUT") == []


def test_switched_off_messages_are_our_refusal(koha):
    off = json_answer({"error": "Enhanced messaging preferences are not enabled"}, 403)
    connector, _ = koha(Recorded("GET", PATH, off), di_plugin=True)
    with pytest.raises(Refused):
        asyncio.run(connector.read_messaging("57"))


def test_what_staff_wrote_the_newest_first(koha):
    rows = [
        {"date": "2030-01-05 09:30:00", "message": "First", "library_id": "MAIN"},
        {"date": "2030-02-05", "message": "Second", "library_id": "MAIN"},
        {"message_id": 77, "date": None, "message": None},
    ]
    connector, _ = koha(
        Recorded("GET", PATH, json_answer({"patron_id": 57, "messages": rows}), {"query_messages": "1"}),
        di_plugin=True,
    )
    told = asyncio.run(connector.list_notices("57"))
    assert [(one.notice_id, one.text) for one in told] == [
        ("77", None),
        ("57-2", "Second"),
        ("57-1", "First"),
    ]
    assert told[2].sent_at.isoformat() == "2030-01-05T09:30:00+02:00"
    assert (told[0].sent_at, told[2].channel, told[2].delivered) == (None, None, None)
    assert "First" not in repr(told)


def test_only_what_staff_wrote_is_told(library):
    told = library.ask(lambda c: c.list_notices("101"))
    assert [one.text for one in told] == ["Your umbrella is at the desk."]
    assert library.ask(lambda c: c.list_notices("103")) == ()


def test_a_child_and_who_answers_for_it(library):
    good, child = library.patrons["good"], library.patrons["child"]
    told = library.ask(lambda c: c.read_family(child.patron_id))
    assert told == Family((Relative(good.patron_id, good.given_name, good.family_name, "parent"),), ())
    told = library.ask(lambda c: c.read_family(good.patron_id))
    assert told == Family((), (Relative(child.patron_id, child.given_name, child.family_name, "parent"),))
    assert library.ask(lambda c: c.read_family("103")) == Family((), ())
    assert good.family_name not in repr(told)


def test_who_is_no_patron_is_left_out_and_what_was_not_told_is_not_empty(koha):
    rows = [{"relationship": "father", "surname": "Reader", "firstname": "Bo"}]
    connector, _ = koha(
        Recorded("GET", PATH, json_answer({"patron_id": 57, "guarantors": rows})), di_plugin=True
    )
    assert asyncio.run(connector.read_family("57")) == Family((), None)


QUESTIONS = (
    lambda c, who: c.read_messaging(who),
    lambda c, who: c.change_messaging(who, (MessageChoice(MessageKind.DUE, digest=True),)),
    lambda c, who: c.list_notices(who),
    lambda c, who: c.read_family(who),
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_nobody_and_somebody_else(library, question):
    assert library.ask(lambda c: question(c, "99999")) == NotAPatron()
    assert library.ask(lambda c: question(c, "101/messages")) == NotAPatron()
    library.library.set_fault("other_patron")
    with pytest.raises(WrongPatron):
        library.ask(lambda c: question(c, "101"))


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_plugin_that_is_not_there_is_named(koha, question):
    nowhere = json_answer({"errors": [{"message": "Not Found.", "path": "/"}], "status": 404}, 404)
    connector, _ = koha(Recorded("GET", PATH, nowhere), di_plugin=True)
    with pytest.raises(UnexpectedAnswer, match="plugin"):
        asyncio.run(question(connector, "57"))
