"""A parent with three children at two libraries: all four cards on one page, each for itself and all together."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from discovery_accounts.domain.cards import LinkState
from discovery_accounts.models import Link
from discovery_accounts.services import events
from tests.factories.desks import of_patrons, quiet, silent, simulated
from tests.factories.parents import AINO, ELSA, ONNI, OWN, parent, said
from tests.factories.portal import Portal
from tests.factories.rows import events as events_of
from tests.fixtures.databases import ON_SQLITE

EVERYBODY = (OWN, ELSA, ONNI, AINO)


def test_what_needs_attention_stands_first_whosever_it_is(portal: Portal) -> None:
    four = parent(portal)
    page = four.page("/family")
    now = page.select_one(".accounts-attention")
    assert now is not None
    groups = {
        said(group.select_one("h3")).rsplit(" ", 1)[0]: said(group) for group in now.select(".accounts-group")
    }
    assert list(groups) == ["Overdue", "Due soon", "Ready to fetch", "To pay"]
    assert OWN in groups["Overdue"]
    assert AINO in groups["Overdue"]
    assert "3 days overdue" in groups["Overdue"]
    ready = groups["Ready to fetch"]
    for place in ("Main Library LUMME-kirjastot", "Main Library Helka-kirjastot", "Children’s Library"):
        assert place in ready
    assert ready.count("Fetch it by") == 4
    assert ready.index("Children’s Library") < ready.index("Main Library")  # the first to go back
    sums = [said(row) for row in now.select("[aria-labelledby=accounts-now-owed] li")]
    assert sums == [
        f"{OWN} €2.40 : {OWN}",
        *(f"{n} €0.60 : {n}" for n in (ELSA, ONNI)),
        f"{AINO} €2.40 : {AINO}",
    ]


def test_each_card_has_a_part_of_its_own_with_what_may_be_done(portal: Portal) -> None:
    four = parent(portal, **{ONNI: ["loans", "holds"], ELSA: ["loans", "renew", "holds", "fees", "card"]})
    shown = four.page("/family").select(".accounts-person")
    assert [said(one.h3) for one in shown] == list(EVERYBODY)
    assert len({one["class"][-1] for one in shown}) == 4
    own, elsa, onni, aino = shown
    assert "LUMME-kirjastot" in said(elsa)
    assert "Helka-kirjastot" in said(aino)
    assert "In order" in said(elsa)
    assert "4 loans" in said(elsa)
    assert "1 hold" in said(elsa)
    assert "Fetch it by" in said(elsa)
    assert len(elsa.select(".accounts-person-list li")) == 3 + 1
    barcodes = [one.find("a", href=lambda href: href.endswith("/barcode")) is not None for one in shown]
    assert barcodes == [True, True, False, False]
    renew = [one.find("form") is not None for one in shown]
    assert renew == [True, True, False, True]
    quiet_lines = said(onni)
    assert "You can’t see the fees of this card." in quiet_lines
    assert "You can see the loans, but not renew them." in quiet_lines
    assert "to pay" not in quiet_lines
    assert "You can’t" not in said(own)


def test_one_reading_costs_three_calls_a_card_and_a_second_look_none(portal: Portal) -> None:
    four = parent(portal)
    portal.clock.advance(minutes=2)
    quiet(portal)
    four.page("/family")
    for library in ("lumme", "helka"):
        calls = of_patrons(simulated(portal, library))
        assert max(count for patron, count in calls.items() if patron != "nobody") <= 3, calls
        assert sum(calls.values()) <= 2 * 3 + 1, calls  # a token is fetched, once for all
    quiet(portal)
    four.page("/family")
    four.page(f"/family?card={four.ids[ELSA]}")
    four.page("/")
    assert silent(portal)
    four.page("/family?refresh=1")
    assert not silent(portal)


@pytest.mark.parametrize("path", ["/family", "/loans", "/holds", "/fees"])
def test_l14_only_the_chosen_card_is_asked_of_and_shown(portal: Portal, path: str) -> None:
    four = parent(portal)
    portal.clock.advance(minutes=2)
    quiet(portal)
    page = four.page(f"{path}?card={four.ids[ELSA]}")
    assert set(of_patrons(portal.koha)) <= {four.patron_id(ELSA), "nobody"}
    assert portal.alma.count() == 0
    chips = page.select(".accounts-filter a")
    assert [said(chip) for chip in chips] == ["All cards", *EVERYBODY]
    assert [said(chip) for chip in chips if chip.get("aria-current")] == [ELSA]
    main = said(page.select_one("main"))
    assert main.count(AINO) == 1  # in the filter alone
    quiet(portal)
    if path != "/family":
        answer = four.client.call(
            "GET", f"{path}?card={four.ids[ONNI]}&card={four.ids[ELSA]}&refresh=1", status=200
        )
        assert {card["card"] for card in answer.json["cards"]} == {four.ids[ONNI], four.ids[ELSA]}
        asked = {*of_patrons(portal.koha), *of_patrons(portal.alma)} - {"nobody"}
        assert asked == {four.patron_id(ONNI), four.patron_id(ELSA)}


@pytest.mark.parametrize("path", ["/family", "/loans", "/holds", "/fees"])
def test_l14_a_strangers_card_in_the_filter_is_404_and_no_library_hears_of_it(
    portal: Portal, path: str
) -> None:
    stranger = portal.signed_in_client("helka", "blocked")
    theirs = stranger.call("GET", "/cards", status=200).json["cards"][0]["id"]
    four = parent(portal)
    portal.clock.advance(minutes=2)
    quiet(portal)
    for asked in (theirs, str(uuid.uuid4()), f"{four.ids[ELSA]}&card={theirs}"):
        assert four.page(f"{path}?card={asked}", status=404).main["data-code"] == "no_such_card"
        if path != "/family":
            answer = four.client.call("GET", f"{path}?card={asked}", status=404)
            assert answer.json["code"] == "no_such_card"
    assert four.page(f"{path}?card=nonsense", status=404).main["data-code"] == "no_such_card"
    for card in (theirs, "nonsense"):
        page = four.browser.post("/loans/renewals", all="1", card=card)
        assert page.status_int == 404
    assert silent(portal)


def test_l14_renewing_all_of_one_card_touches_that_card_alone_and_leads_back(portal: Portal) -> None:
    four = parent(portal)
    form = four.person(ELSA).form
    assert form is not None
    fields = {one["name"]: one["value"] for one in form.select("input")}
    quiet(portal)
    done = four.browser.post("/loans/renewals", **fields)
    page = done.html
    assert page.select_one(".accounts-back a")["href"] == "/family"
    assert {said(chip) for chip in page.select(".accounts-result .accounts-chip")} == {ELSA}
    assert len(page.select(".accounts-result")) == 4
    assert portal.alma.count() == 0
    renewed = [event.card_id for event in events_of(portal.house, events.LOANS_RENEWED)]
    assert renewed == [uuid.UUID(four.ids[ELSA])]
    assert set(of_patrons(portal.koha)) <= {four.patron_id(ELSA), "nobody"}


def test_renewing_everything_says_whose_each_is_and_names_the_cards_it_could_not_try(portal: Portal) -> None:
    four = parent(portal)
    portal.alma.change_pin(four.patron_id(ONNI), "9182")
    portal.clock.advance(minutes=16)
    page = four.browser.post("/loans/renewals", all="1", return_to="/family").html
    assert {said(chip) for chip in page.select(".accounts-result .accounts-chip")} >= {OWN, ELSA, AINO}
    left_out = page.find("section", {"aria-labelledby": "accounts-left-out"})
    assert ONNI in said(left_out)
    assert "PIN" in said(left_out)


@ON_SQLITE
def test_a_library_that_is_down_takes_only_its_own_cards(portal: Portal) -> None:
    four = parent(portal)
    portal.alma.stop()
    portal.clock.advance(hours=25)
    again = portal.signed_in_browser()
    again.post("/language", language="en")
    four.browser = again
    assert "The library does not answer" in said(four.person(ONNI))
    assert "4 loans" in said(four.person(ELSA))
    now = said(four.page("/family").select_one("[aria-labelledby=accounts-now-cards]"))
    assert ONNI in now
    assert AINO in now
    assert ELSA not in now


def test_cards_that_wait_pause_or_need_a_pin_say_so(portal: Portal) -> None:
    four = parent(portal)
    portal.koha.change_pin(four.patron_id(ELSA), "9182")
    portal.clock.advance(minutes=16)
    with portal.house.database.writing() as session:
        links = {
            link.label: link for link in session.scalars(select(Link).where(Link.label.in_((ONNI, AINO))))
        }
        links[ONNI].state = LinkState.PENDING.value
        links[AINO].card.hands_over_at = portal.clock() - timedelta(minutes=1)
    assert "Give the new PIN" in said(four.person(ELSA))
    assert "The PIN is no longer accepted" in said(four.person(ELSA))
    onni = said(four.person(ONNI))
    assert "Waiting for the card’s holder" in onni
    assert "Paused The card’s holder is old enough now to decide alone" in said(four.person(AINO))
    for name in (ELSA, ONNI, AINO):
        assert four.person(name).select(".accounts-person-figures, .accounts-person-list, form") == []
    now = said(four.page("/family").select_one("[aria-labelledby=accounts-now-cards]"))
    assert all(name in now for name in (ELSA, ONNI, AINO))
    assert OWN not in now


@ON_SQLITE
def test_one_card_alone_makes_a_quiet_page(portal: Portal) -> None:
    browser = portal.browser()
    browser.sign_in("helka", portal.patron("helka", "no_loans"))
    browser.post("/language", language="en")
    page = browser.get("/family").html
    assert "Nothing just now." in said(page.main)
    assert page.select(".accounts-filter") == []
    assert len(page.select(".accounts-person")) == 1
    assert page.select_one(".accounts-nav [aria-current]")["href"] == "/family"
