"""Several ways to sign in to one account: added after proof of both, removed but for the last; accounts joined."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from discovery_accounts.models import (
    Account,
    Base,
    EmailChange,
    Event,
    Identity,
    Link,
    SignedInSession,
    TransferConsent,
)
from discovery_accounts.services.account_joining import MOVED
from tests.factories.codes import codes
from tests.factories.email_sign_in import LOGINS, ask, give
from tests.factories.favourites import any_account, make_list
from tests.factories.portal import Browser, Portal
from tests.factories.stand_in_provider import StandInProvider, stand_in, state_of

__all__ = ["stand_in"]

MakePortal = Callable[..., Portal]
Providers = dict[str, StandInProvider]


@pytest.fixture
def portal(make_portal: MakePortal, stand_in: Providers) -> Portal:
    return make_portal(
        logins="card uni", login__card__kind="card", login__uni__kind="outside", login__uni__name="University"
    )


def accounts(portal: Portal) -> int:
    with portal.house.database.reading() as session:
        return len(session.scalars(select(Account.id)).all())


def identities(portal: Portal) -> list[str]:
    with portal.house.database.reading() as session:
        return sorted(session.scalars(select(Identity.login)).all())


def to_uni(browser: Browser, path: str) -> str:
    answer = browser.post(path)
    assert answer.status_int == 303, answer.text
    return state_of(answer.headers["Location"])


def by_uni(portal: Portal) -> Browser:
    """A browser signed in by the university."""
    browser = portal.browser(HTTP_ACCEPT_LANGUAGE="en")
    state = to_uni(browser, "/sign-in/uni")
    browser.get(f"/sign-in/uni/callback?state={state}")
    browser.post("/sign-in/consent", answer="yes")
    return browser


def prove_uni(browser: Browser) -> None:
    """Prove the university's identity in a session, up to the page that asks."""
    state = to_uni(browser, "/account/methods/add/uni")
    answer = browser.get(f"/sign-in/uni/callback?state={state}")
    assert answer.headers["Location"].endswith("/account/methods/confirm")


def prove_card(portal: Portal, browser: Browser, library: str = "lumme") -> None:
    patron = portal.patron(library)
    answer = browser.post(
        "/account/methods/add/card", library=library, card_number=patron.card_number, pin=patron.pin
    )
    assert answer.headers["Location"].endswith("/account/methods/confirm"), answer.text


def code_of_the_other(portal: Portal, browser: Browser) -> None:
    """Give the code that is sent to the address of the account to be joined."""
    path = "/account/methods/confirm/code"
    asked = browser.post("/account/methods/confirm", action="merge")
    assert asked.headers["Location"].endswith(path), asked.text
    assert browser.post(path, action="send", channel="email").status_int == 303
    assert browser.post(path, action="confirm", code=codes(portal)[-1]).status_int == 303


def confirm(browser: Browser, action: str) -> int:
    return browser.post("/account/methods/confirm", action=action).status_int


def step_up(portal: Portal, browser: Browser) -> None:
    """Give the code that is sent to the address on file."""
    assert browser.post("/account/confirm", action="send", channel="email").status_int == 303
    answer = browser.post("/account/confirm", action="confirm", code=codes(portal)[-1])
    assert answer.status_int == 303, answer.text


def test_l11_a_way_is_added_after_the_proof_and_a_page_that_names_both(portal: Portal) -> None:
    browser, elsewhere = portal.signed_in_browser(), portal.signed_in_browser()
    prove_uni(browser)
    page = browser.get("/account/methods/confirm").text
    assert "University" in page
    assert "ada@university.example" in page
    assert portal.patron("lumme").card_number[-4:] in page
    assert identities(portal) == ["card"]
    asked = browser.post("/account/methods/confirm", action="add")
    assert "/account/confirm?" in asked.headers["Location"]
    assert identities(portal) == ["card"]
    step_up(portal, browser)
    assert confirm(browser, "add") == 303
    assert identities(portal) == ["card", "outside"]
    assert accounts(portal) == 1
    # L11: sessions from before have ended
    assert "/sign-in?" in elsewhere.get("/account").headers["Location"]
    other = portal.browser()
    state = to_uni(other, "/sign-in/uni")
    assert other.get(f"/sign-in/uni/callback?state={state}").headers["Location"].endswith("/loans")
    assert accounts(portal) == 1


def test_l11_an_account_prepared_with_somebodys_address_gets_nothing_of_them(
    portal: Portal, stand_in: Providers
) -> None:
    mallory = portal.signed_in_browser("helka")
    with portal.house.database.writing() as session:
        prepared = session.scalars(select(Account)).one()
        prepared.email, prepared.email_source = "ada@university.example", "typed"
        prepared_id = prepared.id
        session.add(
            EmailChange(
                account_id=prepared_id,
                address="ada@university.example",
                token_hash="0" * 64,
                expires_at=portal.house.now() + timedelta(hours=1),
            )
        )
    ada = by_uni(portal)
    assert accounts(portal) == 2
    assert portal.patron("helka").card_number[-4:] not in ada.get("/cards").text
    assert "University" not in mallory.get("/account").text
    with portal.house.database.reading() as session:
        identity = session.scalars(select(Identity).where(Identity.login == "outside")).one()
        assert identity.account_id != prepared_id


def test_o4_the_answer_to_an_errand_of_one_person_adds_nothing_to_another(portal: Portal) -> None:
    mallory, victim = portal.signed_in_browser("helka"), portal.signed_in_browser("lumme")
    state = to_uni(mallory, "/account/methods/add/uni")
    answer = victim.app.get(f"/sign-in/uni/callback?state={state}", expect_errors=True)
    assert answer.status_int == 400
    assert victim.app.get("/account/methods/confirm", expect_errors=True).status_int == 400
    assert identities(portal) == ["card", "card"]


def test_a_no_or_another_word_adds_nothing(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    step_up(portal, browser)
    prove_uni(browser)
    assert confirm(browser, "no") == 303
    assert confirm(browser, "add") == 400
    assert identities(portal) == ["card"]


def test_l4_who_signed_in_long_ago_adds_and_removes_nothing(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    prove_uni(browser)
    portal.clock.advance(minutes=6)
    for path, fields in (
        ("/account/methods/confirm", {"action": "add"}),
        ("/account/methods/add/uni", {}),
        ("/account/methods/add/card", {"library": "lumme", "card_number": "1", "pin": "1"}),
    ):
        answer = browser.post(path, **fields)
        assert answer.status_int == 403
        assert 'data-code="fresh_sign_in_required"' in answer.text
    assert identities(portal) == ["card"]


def test_l12_the_last_way_stays_and_another_one_goes_with_its_sessions(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    with portal.house.database.reading() as session:
        card = session.scalars(select(Identity.id)).one()
    step_up(portal, browser)
    assert browser.post(f"/account/methods/{card}/remove").status_int == 409
    prove_uni(browser)
    confirm(browser, "add")
    uni = by_uni_again(portal)
    with portal.house.database.reading() as session:
        added = session.scalars(select(Identity.id).where(Identity.login == "outside")).one()
    assert browser.post(f"/account/methods/{added}/remove").status_int == 303
    assert identities(portal) == ["card"]
    assert "/sign-in?" in uni.get("/account").headers["Location"]
    assert browser.get("/account").status_int == 200


def titles(browser: Browser) -> list[str]:
    """What the account has on loan, as its page shows it."""
    return [title.get_text(strip=True) for title in browser.get("/loans").html.select(".accounts-loan-title")]


def by_uni_again(portal: Portal) -> Browser:
    browser = portal.browser()
    browser.get(f"/sign-in/uni/callback?state={to_uni(browser, '/sign-in/uni')}")
    return browser


def test_another_persons_way_can_not_be_removed(portal: Portal) -> None:
    by_uni(portal)
    browser = portal.signed_in_browser()
    with portal.house.database.reading() as session:
        other = session.scalars(select(Identity.id).where(Identity.login == "outside")).one()
    step_up(portal, browser)
    assert browser.post(f"/account/methods/{other}/remove").status_int == 404
    assert identities(portal) == ["card", "outside"]


def test_two_accounts_of_one_person_are_joined_after_a_preview(portal: Portal) -> None:
    card = portal.signed_in_browser()
    uni = by_uni(portal)
    assert accounts(portal) == 2
    borrowed = titles(card)
    assert borrowed
    step_up(portal, uni)
    prove_card(portal, uni)
    assert confirm(uni, "add") == 409  # it opens another account: never taken over silently
    prove_card(portal, uni)
    page = uni.get("/account/methods/confirm").text
    assert "LUMME-kirjastot" in page
    assert accounts(portal) == 2
    code_of_the_other(portal, uni)
    assert accounts(portal) == 2
    assert confirm(uni, "merge") == 303
    assert accounts(portal) == 1
    assert identities(portal) == ["card", "outside"]
    assert "/sign-in?" in card.get("/account").headers["Location"]
    assert portal.patron("lumme").card_number[-4:] in uni.get("/cards").text
    assert titles(uni) == borrowed
    with portal.house.database.reading() as session:
        account = session.scalars(select(Account.id)).one()
        assert set(session.scalars(select(Link.account_id))) == {account}
        assert set(session.scalars(select(TransferConsent.account_id))) == {account}
        assert set(session.scalars(select(Event.account_id).where(Event.account_id.is_not(None)))) == {
            account
        }
    # both ways open it, with the PIN still in its place
    again = portal.signed_in_browser()
    assert "University" in again.get("/account/methods").text
    assert "University" in by_uni_again(portal).get("/account/methods").text


def test_a_card_in_both_accounts_stays_once_with_the_stronger_right(portal: Portal) -> None:
    portal.signed_in_browser("lumme")
    helka = portal.signed_in_browser("helka")
    patron = portal.patron("lumme")
    helka.post(
        "/cards/link",
        library="lumme",
        card_number=patron.card_number,
        pin=patron.pin,
        label="Mine",
        relation="own",
    )
    step_up(portal, helka)
    prove_card(portal, helka, "lumme")
    code_of_the_other(portal, helka)
    assert confirm(helka, "merge") == 303
    with portal.house.database.reading() as session:
        links = session.scalars(select(Link)).all()
        assert sorted((link.card.library, link.holder) for link in links) == [
            ("helka", True),
            ("lumme", True),
        ]
        assert {link.label for link in links if link.card.library == "lumme"} == {"Mine"}
    assert helka.get("/loans").status_int == 200


def test_an_account_that_staff_keep_from_linking_does_not_shake_that_off_by_being_joined(
    portal: Portal,
) -> None:
    portal.signed_in_browser("lumme")
    with portal.house.database.writing() as session:
        account = session.scalars(select(Account)).one()
        account.linking_blocked_at = account.protected_at = portal.clock()
        account.protected_because = "legal_hold"
    helka = portal.signed_in_browser("helka")
    step_up(portal, helka)
    prove_card(portal, helka, "lumme")
    code_of_the_other(portal, helka)
    assert confirm(helka, "merge") == 303
    with portal.house.database.reading() as session:
        account = session.scalars(select(Account)).one()
        assert account.linking_blocked_at is not None
        assert account.protected_because == "legal_hold", "nor does it lose what keeps it"


def test_no_pin_is_checked_for_a_digest_that_ended_with_its_account(portal: Portal) -> None:
    portal.signed_in_browser("lumme")
    with portal.house.database.writing() as session:
        session.scalars(select(Link)).one().mail_due_at = portal.clock()
    helka = portal.signed_in_browser("helka")
    step_up(portal, helka)
    prove_card(portal, helka, "lumme")
    code_of_the_other(portal, helka)
    assert confirm(helka, "merge") == 303
    with portal.house.database.reading() as session:
        assert set(session.scalars(select(Link.mail_due_at))) == {None}


def test_joined_accounts_have_the_favourites_and_the_undoing_of_both(portal: Portal) -> None:
    lumme = portal.signed_in_client("lumme")
    theirs = make_list(portal.house, any_account(portal.house), 3, name="Theirs", public=True)
    act = lumme.call("POST", f"/lists/{theirs}/items/bulk", {"act": "remove", "all": True}, status=200).json
    address = lumme.call("GET", f"/lists/{theirs}", status=200).json["public_id"]
    helka = portal.signed_in_browser("helka")
    step_up(portal, helka)
    prove_card(portal, helka, "lumme")
    code_of_the_other(portal, helka)
    assert confirm(helka, "merge") == 303
    client = portal.signed_in_client("helka")
    assert [one["id"] for one in client.call("GET", "/lists", status=200).json["lists"]] == [str(theirs)]
    client.call("POST", f"/lists/acts/{act['act']}/undo", status=200)
    assert client.call("GET", f"/public-lists/{address}", status=200).json["items_count"] == 3
    lumme.call("GET", "/lists", status=401)


def test_every_table_that_belongs_to_an_account_is_thought_of() -> None:
    handled = {model.__tablename__ for model in MOVED}
    handled |= {"link", "staff_member", "review", "review_report", "membership"}
    ends = {"signed_in_session", "email_change", "digest", "feed", "invitation", "account_warning"}
    owned = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "account"
    }
    assert owned == handled | ends


def test_a_consent_taken_back_ends_the_way_and_its_sessions(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    uni = by_uni(portal)
    step_up(portal, browser)
    step_up(portal, uni)
    with portal.house.database.reading() as session:
        consent = session.scalars(select(TransferConsent.id)).one()
    assert browser.post(f"/account/consents/{consent}/withdraw").status_int == 404
    page = uni.get(f"/account/consents/{consent}/withdraw").text
    assert "only way" in page
    assert uni.post(f"/account/consents/{consent}/withdraw").status_int == 303
    assert "/sign-in?" in uni.get("/account").headers["Location"]
    with portal.house.database.reading() as session:
        row = session.scalars(select(TransferConsent)).one()
        assert row.withdrawn_at is not None
        assert row.identity_id is None
        assert [one.login for one in session.scalars(select(SignedInSession))] == ["card"]
    again = portal.browser()
    state = to_uni(again, "/sign-in/uni")
    assert again.get(f"/sign-in/uni/callback?state={state}").headers["Location"].endswith("/sign-in/consent")


def test_l5_who_signed_in_by_a_mail_is_told_what_they_need_instead_of_a_button_that_refuses(
    make_portal: MakePortal,
) -> None:
    portal = make_portal(**LOGINS)
    browser = portal.browser(HTTP_ACCEPT_LANGUAGE="en")
    ask(browser, portal.patron("lumme").email)
    give(browser, codes(portal)[-1])
    methods = browser.get("/account/methods")
    assert "sign in with your library card and PIN" in methods.text
    assert methods.html.select("a[href*='/account/methods/add']") == []
    add = browser.get("/account/methods/add/card")
    assert "sign in with your library card and PIN" in add.text
    assert add.html.select("main form") == []
    by_card = portal.signed_in_browser().get("/account/methods").html
    assert len(by_card.select("a[href$='/account/methods/add/card']")) == 1
