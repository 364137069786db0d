"""Inviting and accepting in pages, without JavaScript."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from discovery_accounts.models import Invitation, Link
from tests.factories.own_data import ENGLISH
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count, rows, write
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE


def somebody(portal: Portal, library: str = "lumme", kind: str = "good") -> Browser:
    browser = portal.browser(**ENGLISH)
    browser.sign_in(library, portal.patron(library, kind))
    return browser


def card_path(browser: Browser) -> str:
    return str(browser.get("/cards").html.select_one(".accounts-card-face a")["href"])


def made(browser: Browser, **fields: object) -> BeautifulSoup:
    answer = browser.post(
        f"{card_path(browser)}/invite", action="invite", **{"scope": ["loans", "fees"], **fields}
    )
    assert answer.status_int == 200, answer.text
    return answer.html


def code_of(page: BeautifulSoup) -> str:
    return str(page.select_one(".accounts-invitation-code span").text)


def test_a_holder_makes_a_code_and_another_person_takes_the_card(portal: Portal) -> None:
    owner, viewer = somebody(portal), somebody(portal, "helka")
    owner.post("/account", name="Ada")
    code = code_of(made(owner))
    given = viewer.post("/invitations", code=f" {code.lower()} ")
    assert given.status_int == 303
    address = given.headers["Location"]
    assert address.endswith(f"/invitations/{code}")
    page = viewer.get(address)
    assert "LUMME-kirjastot" in page.text
    for words in ("See the loans", "See the fees"):
        assert words in page.text
    assert "Renew loans" not in page.text
    assert count(portal.house, Link, holder=False) == 0, "looking links nothing"
    assert viewer.post(address, label="Ada’s").headers["Location"].endswith("/cards")
    assert "Ada’s" in viewer.get("/cards").text
    assert viewer.get(address, expect_errors=True).status_int == 404
    [link] = rows(portal.house, Link, holder=False)
    assert (link.scopes, link.relation, link.state) == ("loans fees", "looked_after", "active")


def test_the_name_that_the_holder_chose_says_who_invites(portal: Portal) -> None:
    owner, viewer = somebody(portal), somebody(portal, "helka")
    code = code_of(made(owner))
    assert "The card’s holder invites you" in viewer.get(f"/invitations/{code}").text
    write(portal.house, "UPDATE account SET name = 'Ada' WHERE id IN (SELECT account_id FROM invitation)")
    assert "Ada invites you" in viewer.get(f"/invitations/{code}").text


def test_the_picture_is_the_address_and_the_page_tells_until_when(portal: Portal) -> None:
    page = made(somebody(portal))
    code = code_of(page)
    picture = page.select_one(".accounts-invitation-picture")
    assert (picture["role"], bool(picture["aria-label"])) == ("img", True)
    assert picture.select_one("svg path") is not None
    assert code not in str(picture)
    until = (portal.clock() + timedelta(minutes=10)).astimezone(portal.house.libraries["lumme"].timezone)
    assert f"Works once, until {until.strftime('%H:%M')}" in page.text


def test_from_the_picture_one_signs_in_and_comes_back(portal: Portal) -> None:
    code = code_of(made(somebody(portal)))
    stranger = portal.browser(**ENGLISH)
    asked = stranger.get(f"/invitations/{code}")
    assert asked.status_int == 303
    assert f"return_to=%2Finvitations%2F{code}" in asked.headers["Location"]
    signed_in = stranger.sign_in("helka", portal.patron("helka"), return_to=f"/invitations/{code}")
    assert signed_in.headers["Location"].endswith(f"/invitations/{code}")
    assert stranger.get(f"/invitations/{code}").status_int == 200


def test_a_code_is_made_worthless_on_the_page(portal: Portal) -> None:
    owner, viewer = somebody(portal), somebody(portal, "helka")
    page = made(owner)
    form = page.select_one("form[action$='/invite']")
    fields = {one["name"]: one["value"] for one in form.select("input") if one["name"] != "csrf_token"}
    assert fields["action"] == "revoke"
    assert owner.post(form["action"], **fields).status_int == 303
    assert "can’t be used any more" in owner.get(form["action"]).text
    assert viewer.post("/invitations", code=code_of(page)).status_int == 404
    assert owner.post(form["action"], **fields).status_int == 404
    assert count(portal.house, Invitation) == 0


def test_nothing_is_ticked_before_somebody_ticks_it(portal: Portal) -> None:
    owner = somebody(portal)
    page = owner.get(f"{card_path(owner)}/invite").html
    assert page.select("input[name=scope]")
    assert not page.select("input[name=scope][checked]")
    refused = owner.post(f"{card_path(owner)}/invite", action="invite")
    assert refused.status_int == 422
    assert refused.html.select_one("#accounts-scope-0-error") is not None
    assert count(portal.house, Invitation) == 0


@pytest.mark.parametrize("typed", ["yesterday", "2020-01-01"])
def test_a_last_day_that_can_not_be_is_said_at_its_field(portal: Portal, typed: str) -> None:
    owner = somebody(portal)
    refused = owner.post(f"{card_path(owner)}/invite", action="invite", scope="loans", until=typed)
    assert refused.status_int == 422
    assert refused.html.select_one("#accounts-until-error") is not None
    assert refused.html.select_one("#accounts-scope-0-loans[checked]") is not None


def test_the_last_day_is_shown_on_both_sides(portal: Portal) -> None:
    owner, viewer = somebody(portal), somebody(portal, "helka")
    day = portal.clock().date() + timedelta(days=60)
    page = made(owner, until=day.isoformat())
    assert f"{day.year}" in page.text
    assert re.search(r"Last day: .*" + str(day.year), viewer.get(f"/invitations/{code_of(page)}").text)


@pytest.mark.parametrize("code", ["CDFGH-JKMNP", "nonsense", "x" * 300])
def test_wrong_codes_in_an_address_are_one_answer(portal: Portal, code: str) -> None:
    browser = somebody(portal)
    answer = browser.get(f"/invitations/{code}", expect_errors=True)
    assert answer.status_int == 404
    assert 'data-code="invitation_not_valid"' in answer.text


def test_wrong_codes_are_counted_in_pages_and_the_api_together(portal: Portal) -> None:
    owner, viewer = somebody(portal), somebody(portal, "helka")
    code = code_of(made(owner))
    for _ in range(5):
        assert viewer.post("/invitations", code="CDFGH-JKMNP").status_int == 404
        assert viewer.get("/invitations/CDFGH-JKMNP", expect_errors=True).status_int == 404
    stopped = viewer.post("/invitations", code=code)
    assert (stopped.status_int, int(stopped.headers["Retry-After"]) > 0) == (429, True)
    assert viewer.get(f"/invitations/{code}", expect_errors=True).status_int == 429
    assert viewer.post(f"/invitations/{code}").status_int == 429
    assert count(portal.house, Link, holder=False) == 0


def test_nothing_typed_is_said_at_the_field(portal: Portal) -> None:
    answer = somebody(portal).post("/invitations", code=" ")
    assert answer.status_int == 422
    assert answer.html.select_one("#accounts-code-error") is not None


def test_l4_somebody_signed_in_a_while_ago_is_led_through_sign_in(portal: Portal) -> None:
    owner, viewer = somebody(portal), somebody(portal, "helka")
    portal.clock.advance(minutes=6)
    path = f"{card_path(owner)}/invite"
    page = owner.get(path)
    assert not page.html.select("form input[name=scope]")
    assert "Sign in again" in page.text
    asked = owner.post(path, action="invite", scope="loans")
    assert asked.status_int == 303
    assert "return_to" in asked.headers["Location"]
    assert count(portal.house, Invitation) == 0
    owner.sign_in("lumme", portal.patron("lumme"))
    code = code_of(made(owner))
    assert "Sign in again" in viewer.get(f"/invitations/{code}").text
    asked = viewer.post(f"/invitations/{code}")
    assert f"invitations%2F{code}" in asked.headers["Location"]
    assert count(portal.house, Link, holder=False) == 0


def test_who_refuses_everybody_is_told_on_the_page(portal: Portal) -> None:
    owner = somebody(portal)
    write(portal.house, "UPDATE library_card SET linking_refused_at = '2026-01-01'")
    page = owner.get(f"{card_path(owner)}/invite", expect_errors=True)
    assert page.status_int == 403
    assert 'data-code="linking_not_allowed"' in page.text
    assert "Nobody can add this card" in page.text
    assert not page.html.select("form input[name=scope]")


def test_somebody_who_is_not_the_holder_has_no_such_page(portal: Portal) -> None:
    owner, viewer = somebody(portal), somebody(portal, "helka")
    path = f"{card_path(owner)}/invite"
    assert viewer.get(path, expect_errors=True).status_int == 404
    for action in ("invite", "revoke", "nonsense"):
        assert viewer.post(path, action=action, scope="loans", invitation="x").status_int == 404
    viewer.post(f"/invitations/{code_of(made(owner))}")
    assert viewer.get(path, expect_errors=True).status_int == 403
    assert viewer.post(path, action="invite", scope="loans").status_int == 403
    assert count(portal.house, Invitation, used_at=None) == 0


def test_w1_a_code_is_neither_made_nor_used_without_the_token(portal: Portal) -> None:
    owner, viewer = somebody(portal), somebody(portal, "helka")
    path = f"{card_path(owner)}/invite"
    assert owner.post(path, action="invite", scope="loans", csrf_token="").status_int == 400
    code = code_of(made(owner))
    assert viewer.post(f"/invitations/{code}", csrf_token="").status_int == 400
    assert count(portal.house, Link, holder=False) == 0


def test_a_full_card_says_so_and_what_to_do(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(library__lumme__max_viewers="1")
    owner = somebody(portal)
    first, second = code_of(made(owner)), code_of(made(owner))
    somebody(portal, "helka").post(f"/invitations/{first}")
    answer = somebody(portal, "helka", "child").post(f"/invitations/{second}")
    assert answer.status_int == 403
    assert "The card is in many accounts already" in answer.text
