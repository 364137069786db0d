"""PIN checks and patron records over SIP2."""

from datetime import date

import pytest

from discovery_accounts.connectors.api import (
    NotAPatron,
    PatronRef,
    Rejected,
    UnexpectedAnswer,
    Verified,
    WrongPatron,
)
from discovery_accounts.domain.money import Money
from discovery_accounts.domain.standing import Block, BlockCode, Standing

ADA, PIN = "21270000001", "1234"
XI = {"patron_id_field": "XI"}


def verifying(card, pin):
    return lambda connector: connector.verify_patron(card, pin)


def test_a_pin_is_checked_by_one_message_and_gives_the_permanent_id(ask, sip2_server):
    assert ask(verifying(ADA, PIN)) == Verified(ADA, ADA)
    assert ask(verifying(ADA, PIN), XI) == Verified("9001", ADA)
    assert ask(verifying(ADA, PIN), {"verify_with": "23"} | XI) == Verified("9001", ADA)
    assert [kind for kind, _ in sip2_server.heard if kind in ("23", "63")] == ["63", "63", "23"]


@pytest.mark.parametrize("message", ["63", "23"])
def test_p6_a_wrong_pin_and_an_unknown_card_look_alike(ask, message):
    for card, pin in ((ADA, "9999"), ("404", PIN)):
        assert ask(verifying(card, pin), {"verify_with": message}) == Rejected()


@pytest.mark.parametrize("message", ["63", "23"])
@pytest.mark.parametrize("fault", ["no_cq", "no_bl"])
def test_p4_who_does_not_say_yes_says_nothing(ask, sip2_server, fault, message):
    """Checklist P4, for right and wrong PINs alike."""
    sip2_server.habits.fault = fault
    for pin in (PIN, "9999"):
        with pytest.raises(UnexpectedAnswer):
            ask(verifying(ADA, pin), {"verify_with": message})


@pytest.mark.parametrize("extra", ["CQY|", "BLN|", "AA21270000001|", "CQ|"])
def test_p4_a_flag_that_is_there_twice_with_two_values_says_nothing(ask, sip2_server, extra):
    """What a patron has put into a name or an address comes back as it is."""
    sip2_server.people[1].extra = extra
    with pytest.raises(UnexpectedAnswer):
        ask(verifying("21270000002", "9999"))


@pytest.mark.parametrize(
    "odd", ["12|AOother|", "12\r6300120300101", "12\n", "1\x00", "1\x7f", "1\x85", "", "  "]
)
def test_p3_odd_cards_and_pins_are_refused_before_anything_is_sent(ask, sip2_server, odd):
    """Checklist P3: nothing reaches the server, not even a login."""
    assert ask(verifying(odd, PIN)) == Rejected()
    assert ask(verifying(ADA, odd)) == Rejected()
    assert ask(lambda c: c.check_pin(PatronRef(ADA, ADA), odd)) == Rejected()
    assert sip2_server.heard == []


def test_p3_a_pin_that_the_encoding_can_not_write_is_wrong_and_not_sent(ask, sip2_server):
    assert ask(verifying(ADA, "pin€"), {"encoding": "latin-1"}) == Rejected()
    assert sip2_server.heard == []


@pytest.mark.parametrize("options", [{}, XI])
def test_p9_somebody_elses_answer_is_never_taken(ask, sip2_server, options):
    sip2_server.habits.fault = "other_patron"
    patron_id = "9001" if options else ADA
    for question in (
        verifying(ADA, PIN),
        lambda c: c.check_pin(PatronRef(patron_id, ADA), PIN),
        lambda c: c.read_patron(patron_id),
        lambda c: c.list_loans(patron_id),
        lambda c: c.list_holds(patron_id),
        lambda c: c.list_fees(patron_id),
        lambda c: c.renew_loans(patron_id, ["300000"]),
        lambda c: c.cancel_hold(patron_id, "300000"),
    ):
        with pytest.raises(WrongPatron):
            ask(question, options)
    assert sip2_server.count("29") == sip2_server.count("15") == 0


def test_p9_a_stored_pin_of_a_number_that_is_somebody_elses_now(ask):
    with pytest.raises(WrongPatron):
        ask(lambda c: c.check_pin(PatronRef("9002", ADA), PIN), XI)


def test_a_record_is_read(ask, sip2_server):
    sip2_server.people[0].fines = [("Late", "2.50"), ("Lost", "10.00")]
    record = ask(lambda c: c.read_patron("9001"), XI)
    assert (record.patron_id, record.card_number) == ("9001", ADA)
    assert (record.family_name, record.given_names) == ("Lovelace", "Ada")
    assert (record.email, record.phone) == ("ada@library.example", "+358401234567")
    assert (record.standing, record.expires_on) == (Standing.GOOD, date(2040, 12, 31))
    assert record.owed == Money(1250, "EUR")


def test_the_currency_is_the_servers_or_the_librarys(ask, sip2_server):
    sip2_server.people[0].extra = "BHEUR|"
    assert ask(lambda c: c.read_patron(ADA), currency="NOK").owed == Money(0, "EUR")


@pytest.mark.parametrize("odd", ["", " ", "1|2", "a\rb", "\ud800", "x" * 300])
def test_an_id_that_can_not_be_sent_is_nobodys(ask, sip2_server, odd):
    assert ask(lambda c: c.read_patron(odd)) == NotAPatron()
    assert ask(lambda c: c.list_loans(odd)) == NotAPatron()
    assert sip2_server.heard == []


def test_who_is_unknown_is_not_a_patron(ask):
    for options in ({}, XI):
        assert ask(lambda c: c.read_patron("404"), options) == NotAPatron()
        assert ask(lambda c: c.list_fees("404"), options) == NotAPatron()


FLAGS = {
    " " * 14: (),
    "Y" + " " * 13: (BlockCode.RESTRICTED,),
    " YYY" + " " * 10: (),
    "YYYYY" + " " * 9: (BlockCode.CARD_LOST,),
    "Y    Y" + " " * 8: (),  # as many loans as allowed: no block of the card
    "Y     Y" + " " * 7: (BlockCode.OVERDUES,),
    "Y         YY Y": (BlockCode.FEES,),
    "Y       YY    ": (BlockCode.LIBRARY_SAYS,),
}


@pytest.mark.parametrize(("flags", "codes"), FLAGS.items())
def test_flags_are_reasons(ask, sip2_server, flags, codes):
    sip2_server.people[0].flags = flags
    record = ask(lambda c: c.read_patron(ADA))
    assert record.blocks == tuple(Block(code) for code in codes)
    assert record.standing is (Standing.BLOCKED if codes else Standing.GOOD)


@pytest.mark.parametrize(
    ("ends", "options", "standing"),
    [
        ("20200101", {}, Standing.EXPIRED),
        ("20200101    235959", {}, Standing.EXPIRED),
        ("01.01.2020", {}, Standing.EXPIRED),
        ("01-02-20", {"dialect": "sierra"}, Standing.EXPIRED),
        ("20200101", {"expiry_field": "PX"}, Standing.BLOCKED),
        ("20200101", {"dialect": "koha"}, Standing.BLOCKED),
        ("soon", {}, Standing.BLOCKED),
        ("20400101", {}, Standing.BLOCKED),
    ],
)
def test_an_ended_membership_is_why_borrowing_is_denied_where_the_server_tells_it(
    ask, sip2_server, ends, options, standing
):
    person = sip2_server.people[0]
    person.flags, person.ends = "YYYY" + " " * 10, ends
    assert ask(lambda c: c.read_patron(ADA), options).standing is standing


@pytest.mark.parametrize(
    ("dialect", "extra", "born_on"),
    [
        ("koha", "PB20111224|", date(2011, 12, 24)),
        ("koha", "PB20111224|PB20111224|", date(2011, 12, 24)),
        ("koha", "", None),
        ("koha", "PB00000000|", None),
        ("koha", "PB2011-12-24|", None),
        ("koha", "PB20111224|PB20191224|", None),
        ("koha", "PB20111224|PBx|", None),
        ("generic", "PB20111224|", None),
    ],
)
def test_the_date_of_birth_is_told_where_the_dialect_has_it(ask, sip2_server, dialect, extra, born_on):
    sip2_server.people[0].extra = extra
    told = ask(lambda connector: connector.read_patron(ADA), {"dialect": dialect})
    assert told.born_on == born_on
