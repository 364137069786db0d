"""What has to hold of linking for sure, by the numbers of the security checklist (L5 to L9)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from discovery_accounts.models import Credential, Event, Invitation, LibraryCard, Link, LinkLetter
from discovery_accounts.services import events as words
from discovery_accounts.simulator.server import SimulatedLibrary
from tests.factories.ages import HELSINKI
from tests.factories.desks import quiet, silent
from tests.factories.portal import Portal
from tests.factories.refusals import pin_checks
from tests.factories.rows import count, events, rows
from tests.factories.viewing import browser_of, letters_of, mails_to, shared, signed_in, state_of
from tests.fixtures.databases import ON_SQLITE

MakePortal = Callable[..., Portal]
ALWAYS = {"library__lumme__approval": "always"}
PREFETCH = {"Sec-Purpose": "prefetch", "Purpose": "prefetch"}
ALL = ["loans", "holds", "fees", "renew", "hold", "card"]


@pytest.mark.parametrize("scopes", [ALL, ["loans"], ["card"]], ids=["everything", "loans", "barcode"])
def test_l5_where_the_holder_has_to_say_yes_card_and_pin_alone_show_and_do_nothing(
    make_portal: MakePortal, scopes: list[str]
) -> None:
    portal = make_portal(**ALWAYS)
    case = shared(portal, scopes=scopes)
    loan = case.holder.call("GET", "/loans", status=200).json["loans"][0]["id"]
    hold = case.holder.call("GET", "/holds", status=200).json["holds"][0]["id"]
    viewer, card = case.viewer, case.card
    quiet(portal)
    for path in ("/loans", "/holds", "/fees"):
        assert viewer.call("GET", f"{path}?card={card}&refresh=1", status=200).json[path[1:]] == []
    refused = [
        viewer.call(*asked).json
        for asked in (
            ("GET", f"/cards/{card}/barcode"),
            ("GET", f"/cards/{card}/viewers"),
            ("GET", f"/cards/{card}/events"),
            ("GET", f"/cards/{card}/details"),
            ("GET", f"/history?card={card}"),
            ("GET", f"/fees/paid?card={card}"),
            ("GET", f"/holds/options?card={card}&record_id=308"),
            ("POST", "/holds", {"card": card, "record_id": "308", "pickup": "MAIN"}),
            ("PATCH", f"/holds/{hold}", {"suspended": True}),
            ("DELETE", f"/holds/{hold}"),
            ("POST", "/feeds", {"card": card}),
            ("POST", f"/cards/{card}/invitations", {"scopes": ["loans"]}),
            ("PATCH", f"/cards/{card}", {"pin": portal.patron("lumme").pin}),
        )
    ]
    assert {answer["code"] for answer in refused} <= {"pending_approval", "holder_only"}, refused
    results = viewer.call("POST", "/loans/renewals", {"loans": [loan]}, status=207).json["results"]
    assert [(one["renewed"], one["code"]) for one in results] == [(False, "pending_approval")]
    everything = viewer.call("POST", "/loans/renewals", {"all": True}, status=207).json["results"]
    assert loan not in {one["loan"] for one in everything}
    assert portal.koha.calls == ()
    assert state_of(viewer, card) == "pending_approval"


def test_l5_pages_show_nothing_of_it_either(make_portal: MakePortal) -> None:
    portal = make_portal(**ALWAYS)
    case = shared(portal)
    titles = {loan["title"] for loan in case.holder.call("GET", "/loans").json["loans"]}
    patron = portal.patron("lumme")
    portal.koha.clear_calls()
    browser = browser_of(portal, "helka")
    for path in ("/", "/family", "/cards", f"/cards/{case.card}", "/loans", "/holds", "/fees", "/notices"):
        page = browser.get(path).text
        assert not [title for title in titles if title in page], path
        assert patron.family_name not in page, path
    answer = browser.get(f"/cards/{case.card}/barcode", expect_errors=True)
    assert patron.card_number not in answer.text
    assert portal.koha.calls == ()


def test_l5_a_card_that_its_library_locked_is_not_linked_by_the_right_pin(
    make_portal: MakePortal, locking_koha: SimulatedLibrary
) -> None:
    address = f"{locking_koha.url}/api"
    secrets = {"library__lumme__client_id": locking_koha.client_id}
    secrets["library__lumme__client_secret"] = locking_koha.client_secret
    portal = make_portal(library__lumme__url=address, limits__card="50", **secrets)
    patron = locking_koha.patrons[0]
    client = portal.signed_in_client("helka")
    body = {"library": "lumme", "card_number": patron.card_number, "pin": "0000"}
    for _ in range(3):
        client.call("POST", "/cards", body, status=422)
    answer = client.call("POST", "/cards", {**body, "pin": patron.pin})
    assert answer.status_int >= 400
    assert count(portal.house, LibraryCard, library="lumme") == 0


@pytest.fixture
def locking_koha() -> object:
    with SimulatedLibrary("koha", patrons=8, failed_login_attempts=3) as library:
        yield library


@ON_SQLITE
def test_l5_a_patron_without_a_pin_at_the_library_is_not_linked(portal: Portal) -> None:
    client = portal.signed_in_client()
    client.link("helka", portal.patron("helka", "external"), status=422)
    assert count(portal.house, LibraryCard, library="helka") == 0


def test_l5_where_no_pin_is_kept_another_session_asks_for_it_again(make_portal: MakePortal) -> None:
    portal = make_portal(library__lumme__pin_storage="none")
    case = shared(portal)
    assert case.viewer.call("GET", f"/loans?card={case.card}").json["loans"]
    again = portal.signed_in_client("helka")
    portal.koha.clear_calls()
    portal.clock.advance(minutes=2)
    assert state_of(again, case.card) == "pin_needed"
    assert again.call("GET", f"/loans?card={case.card}&refresh=1").json["loans"] == []
    assert portal.koha.calls == ()


def test_l6_the_holder_hears_of_it_at_the_librarys_address_and_not_in_the_viewers_account(
    make_portal: MakePortal,
) -> None:
    portal = make_portal(**ALWAYS)
    case = shared(portal)
    case.viewer.call("PATCH", "/account", {"email": "mine@example.org"})
    on_file = portal.patron("lumme").email
    ((_, text),) = mails_to(portal, on_file)
    titles = [loan["title"] for loan in case.holder.call("GET", "/loans").json["loans"]]
    assert not [title for title in titles if title in text]
    assert mails_to(portal, portal.patron("helka").email) == []


def state(portal: Portal) -> list[tuple[object, ...]]:
    links = [
        (one.id, one.state, one.scopes, one.confirmed_at, one.ended_by) for one in rows(portal.house, Link)
    ]
    letters = [(one.id, one.used_at) for one in rows(portal.house, LinkLetter)]
    invited = [(one.id, one.used_at) for one in rows(portal.house, Invitation)]
    return sorted([*links, *letters, *invited], key=str)


def test_l7_looking_leaving_and_prefetching_are_no_consent(make_portal: MakePortal) -> None:
    """Every page that asks for a yes, opened by the person, by a mail program, by a browser ahead of time."""
    portal = make_portal(**ALWAYS)
    case = shared(portal)
    invited = case.holder.call("POST", f"/cards/{case.card}/invitations", {"scopes": ["loans"]}).json
    [letter] = letters_of(portal, portal.patron("lumme").email)
    holder, viewer, nobody = browser_of(portal), browser_of(portal, "helka", "child"), portal.browser()
    before = state(portal)
    for browser, path in (
        (holder, f"/cards/{case.card}/viewers"),
        (holder, f"/cards/{case.card}/viewers?action=approve&link={case.link}&scope=loans"),
        (holder, f"/cards/{case.card}/invite"),
        (holder, "/cards/link?library=helka&relation=own"),
        (nobody, letter),
        (nobody, f"{letter}?answer=approve&scope=loans"),
        (viewer, f"/invitations/{invited['code']}"),
        (viewer, "/cards/offers"),
    ):
        for headers in ({}, PREFETCH):
            assert browser.get(path, headers=headers).status_int == 200, path
        browser.app.head(path, expect_errors=True)
    portal.clock.advance(minutes=1)
    assert state(portal) == before
    assert state_of(case.viewer, case.card) == "pending_approval"
    assert viewer.app.get("/api/v1/cards").json["cards"][0]["library"] == "helka"


def test_l7_a_form_without_an_answer_is_no_yes(make_portal: MakePortal) -> None:
    portal = make_portal(**ALWAYS)
    case = shared(portal)
    [letter] = letters_of(portal, portal.patron("lumme").email)
    before = state(portal)
    viewers = f"/cards/{case.card}/viewers"
    for browser, path, fields in (
        (browser_of(portal), viewers, {}),
        (browser_of(portal), viewers, {"link": case.link, "scope": "loans"}),
        (browser_of(portal), viewers, {"action": "approve", "link": case.link}),
        (portal.browser(), letter, {}),
        (portal.browser(), letter, {"scope": "loans"}),
    ):
        assert browser.post(path, **fields).status_int in {400, 422}, fields
    assert state(portal) == before


@pytest.mark.parametrize("until", [None, 30])
def test_l7_the_consent_has_who_when_what_and_until(make_portal: MakePortal, until: int | None) -> None:
    portal = make_portal(**ALWAYS)
    day = portal.clock().astimezone(HELSINKI).date() + timedelta(days=until or 0)
    terms = {"until": day.isoformat()} if until else {}
    asked_at = portal.clock()
    case = shared(portal, scopes=["loans", "fees", "renew"], **terms)
    portal.clock.advance(minutes=3)
    case.holder.call("POST", case.path(case.link, "approve"), {"scopes": ["loans", "fees"]}, status=200)
    [link] = rows(portal.house, Link, holder=False)
    who = case.viewer.call("GET", "/account").json["id"]
    holder = case.holder.call("GET", "/account").json["id"]
    assert (str(link.account_id), str(link.card_id), link.scopes) == (who, case.card, "loans fees")
    assert asked_at <= link.since < link.confirmed_at <= portal.clock()
    assert (link.until is None) is (until is None)
    if link.until is not None:
        assert link.until.astimezone(HELSINKI).date() == day + timedelta(days=1)
    [asked] = events(portal.house, words.LINKED)
    assert (str(asked.account_id), str(asked.card_id)) == (who, case.card)
    assert abs(asked.at - link.since) < timedelta(seconds=30)
    detail = asked.detail or {}
    assert (detail["state"], detail["scopes"], detail["proof"]) == ("pending", "loans fees renew", "pin")
    assert (detail["until"] is None) is (until is None)
    [agreed] = events(portal.house, words.LINK_APPROVED)
    assert (str(agreed.account_id), (agreed.detail or {})["scopes"]) == (holder, "loans fees")
    case.holder.call("DELETE", case.path(case.link), status=204)
    kept = {event.word: event.at for event in rows(portal.house, Event, card_id=link.card_id)}
    assert {words.LINKED, words.LINK_APPROVED, words.UNLINKED} <= set(kept)


def test_l8_one_number_and_pin_that_two_libraries_know_is_one_sign_in_and_no_link(
    make_portal: MakePortal, koha: SimulatedLibrary
) -> None:
    twin = {"connector": "koha", "name": "Twin", "url": f"{koha.url}/api"}
    twin |= {"client_id": koha.client_id, "client_secret": koha.client_secret}
    portal = make_portal(
        libraries="lumme helka twin", **{f"library__twin__{key}": value for key, value in twin.items()}
    )
    patron = portal.patron("lumme")
    koha.clear_calls()
    first, second = portal.client(), portal.client()
    first.sign_in("lumme", patron)
    assert pin_checks(koha) == 1, "the other library is not tried"
    second.sign_in("twin", patron)
    for client, library in ((first, "lumme"), (second, "twin")):
        assert [card["library"] for card in client.call("GET", "/cards").json["cards"]] == [library]
        client.call("GET", "/loans", status=200)
    accounts = {client.call("GET", "/account").json["id"] for client in (first, second)}
    assert len(accounts) == 2
    assert (count(portal.house, Link), count(portal.house, LibraryCard)) == (2, 2)


def test_l9_who_sees_a_card_sees_no_card_that_its_holder_sees(portal: Portal) -> None:
    """A has B's card, B has C's: A has nothing of C's."""
    case = shared(portal)  # A sees B's
    c = signed_in(portal, "helka", "no_loans")
    case.holder.link("helka", portal.patron("helka", "no_loans"), label="C")  # B sees C's
    [of_c] = [card["id"] for card in c.call("GET", "/cards").json["cards"]]
    assert case.holder.call("GET", f"/cards/{of_c}", status=200)
    assert {card["id"] for card in case.viewer.call("GET", "/cards").json["cards"]}.isdisjoint({of_c})
    quiet(portal)
    for asked in (
        ("GET", f"/cards/{of_c}"),
        ("GET", f"/loans?card={of_c}"),
        ("GET", f"/cards/{of_c}/barcode"),
        ("PATCH", f"/cards/{of_c}", {"label": "C"}),
        ("POST", "/holds", {"card": of_c, "record_id": "308", "pickup": "MAIN"}),
        ("POST", f"/cards/{of_c}/invitations", {"scopes": ["loans"]}),
    ):
        answer = case.viewer.call(*asked)
        assert (answer.status_int, answer.json["code"]) == (404, "no_such_card"), asked
    assert silent(portal)
    assert [one["self"] for one in c.call("GET", f"/cards/{of_c}/viewers").json["viewers"]] == [True, False]


def test_l9_who_sees_a_card_gives_it_to_nobody_else(portal: Portal) -> None:
    case = shared(portal, scopes=ALL)
    path = f"/cards/{case.card}/invitations"
    assert case.viewer.call("POST", path, {"scopes": ["loans"]}, status=403).json["code"] == "holder_only"
    assert count(portal.house, Invitation) == 0
    assert count(portal.house, Link, holder=False) == 1
    assert (
        count(portal.house, Credential) == 3
    )  # the holder's, the viewer's own, and the viewer's for the card
