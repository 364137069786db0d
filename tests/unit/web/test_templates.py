"""What the templates promise: no inline script or style, labelled fields, nothing typed comes back as markup."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import jinja2
import pytest
from bs4 import BeautifulSoup, Tag
from card_templates import LIBRARIES, TYPED
from card_templates import PAGES as CARD_PAGES
from family_templates import PAGES as FAMILY_PAGES
from list_templates import PAGES as LIST_PAGES
from own_data_templates import PAGES as OWN_DATA_PAGES
from sign_in_templates import PAGES as SIGN_IN_PAGES

from discovery_accounts.domain.cards import SCOPES_BY_PIN, CardState, Relation
from discovery_accounts.domain.due import days_until, urgency
from discovery_accounts.domain.money import Money
from discovery_accounts.domain.standing import Block, BlockCode, Standing
from discovery_accounts.locale import catalogues
from discovery_accounts.locale.formats import Formats
from discovery_accounts.web.language import AUTONYMS, translations
from discovery_accounts.web.pages.list_shapes import CardFilter
from discovery_accounts.web.pages.own_shapes import OwnPlace
from discovery_accounts.web.pages.shapes import (
    CardView,
    Field,
    LoanView,
    Notice,
    Page,
    SessionView,
    SignInMethodView,
)
from discovery_accounts.web.words import Words

TEMPLATES = Path(catalogues.__file__).parents[1] / "templates"
ZONE = ZoneInfo("Europe/Helsinki")
NOW = datetime(2026, 11, 21, 10, 58, tzinfo=ZONE)
NASTY = "<script>alert(1)</script>\"'"
ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    extensions=["jinja2.ext.i18n"],
)

CARD = CardView(
    id="c1",
    label=NASTY,
    library="lumme",
    library_title=NASTY,
    number_last4="4821",
    relation=Relation.OWN,
    holder=True,
    state=CardState.FRESH,
    standing=Standing.BLOCKED,
    blocks=(Block(BlockCode.LIBRARY_SAYS, NASTY),),
    expires_on=date(2027, 5, 31),
    scopes=SCOPES_BY_PIN,
    colour=1,
    as_of=NOW,
)
CARDS = (
    CARD,
    *(
        replace(CARD, id=f"s{number}", state=state, standing=None, asks_pin=state == CardState.PIN_CHANGED)
        for number, state in enumerate(CardState)
    ),
)


def _url(name: str, _query: dict[str, str] | None = None, **parts: str) -> str:
    path = "/".join(["", name, *parts.values()])
    return f"{path}?{urlencode(_query)}" if _query else path


def _page(signed_in: bool = True) -> Page:
    return Page(
        language="fi",
        languages=tuple(AUTONYMS.items()),
        csrf="the-csrf-token",
        nonce="the-nonce",
        url=_url,
        static=lambda name: f"/static/{name}",
        section="loans",
        here="/loans",
        signed_in=signed_in,
        account_name=NASTY,
        notices=(Notice("good", "card_linked", {"label": NASTY}), Notice("bad", "too_large")),
    )


def _loan(number: int, days: int, **changes: Any) -> LoanView:
    due_at = (NOW + timedelta(days=days)).replace(hour=23, minute=59)
    loan = LoanView(
        id=f"l{number}",
        card=replace(CARD, standing=Standing.GOOD, blocks=()),
        title=NASTY,
        author=NASTY,
        due_at=due_at,
        urgency=urgency(due_at, NOW),
        days=days_until(due_at, NOW),
        renewals=1,
        renewable=True,
        not_renewable_because=None,
        may_renew=True,
    )
    return replace(loan, **changes)


LOANS = (
    _loan(1, -2, renewable=False, not_renewable_because="recalled"),
    _loan(2, 0, renewable=None),
    _loan(3, 2),
    _loan(4, 9, may_renew=False),
)
LOANS_PAGE = {
    "loans": LOANS,
    "cards": CARDS,
    "order": "date",
    "filter": CardFilter(CARDS),
    "checked_at": NOW,
    "can_renew_any": True,
}
COLOURS = {"colours": range(1, 9), "colour": Field("3", "colour.unknown")}
SESSION = SessionView("s1", "browser", NASTY, NOW, NOW, current=True)
PLACES = (OwnPlace("list_history", "/history"), OwnPlace("list_notices", "/notices"))
PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    **SIGN_IN_PAGES,
    **OWN_DATA_PAGES,
    **CARD_PAGES,
    **LIST_PAGES,
    **FAMILY_PAGES,
    "home": (
        "home",
        {
            "card_login": "card",
            "overdue": 1,
            "soon": 2,
            "total": 4,
            "next_loans": LOANS[:3],
            "cards": CARDS,
            "shows_holds": True,
            "ready": 1,
            "holds": 3,
            "owed": (Money(240, "EUR"), Money(-100, "SEK")),
            "places": PLACES,
        },
    ),
    "sign_in": ("sign_in", {"logins": (("card", NASTY, "card"), ("x", "X", "new")), "return_to": "/loans"}),
    "cards": ("cards", {"cards": CARDS}),
    "cards without any": ("cards", {"cards": ()}),
    "card": ("card", COLOURS | {"card": CARD, "label": Field(NASTY, "label.too_long"), "pin": Field()}),
    "card that asks": (
        "card",
        COLOURS | {"card": CARDS[5], "label": Field(), "pin": Field(NASTY, "pin.missing")},
    ),
    "loans": ("loans", LOANS_PAGE),
    "loans by card": ("loans", LOANS_PAGE | {"order": "card", "filter": CardFilter(CARDS, ("c1",))}),
    "no loans": ("loans", LOANS_PAGE | {"loans": (), "can_renew_any": False}),
    "no cards": (
        "loans",
        LOANS_PAGE
        | {"loans": (), "cards": (), "filter": CardFilter(()), "can_renew_any": False, "checked_at": None},
    ),
    "account": (
        "account",
        {
            "name": Field(NASTY),
            "email": NASTY,
            "email_source": "typed",
            "email_verified": True,
            "pending_email": NASTY,
            "new_email": Field(NASTY, "email.bad_characters"),
            "sessions": (SESSION, replace(SESSION, id="s2", browser=None, current=False)),
            "methods": (SignInMethodView("i1", "card", NASTY, "4821", NASTY, NOW),),
            "fresh_needed": True,
            "sign_in_again": "/sign-in/card",
            "places": PLACES,
        },
    ),
    "email_confirm": (
        "email_confirm",
        {"address_masked": NASTY, "needs_code": True, "code": Field("", "code.wrong"), "done": False},
    ),
    "email_confirm done": (
        "email_confirm",
        {"address_masked": "m…@x.fi", "needs_code": False, "code": Field(), "done": True},
    ),
    "sign_in_email": (
        "sign_in_email",
        {
            "login": "email",
            "login_title": NASTY,
            "email": Field(NASTY, "email.bad_characters"),
            "card_number": TYPED,
            "return_to": NASTY,
            "refused": "too_many_attempts",
            "wait_minutes": 4,
        },
    ),
    "sign_in_email_code": (
        "sign_in_email_code",
        {
            "login": "email",
            "address_masked": NASTY,
            "code": Field("", "code.wrong"),
            "card_number": TYPED,
            "asks_again": True,
            "refused": None,
            "wait_minutes": None,
        },
    ),
    "sign_in_email_link": (
        "sign_in_email_link",
        {"login": "email", "token": "t", "library_title": NASTY, "address_masked": NASTY},
    ),
    "step_up": (
        "step_up",
        {
            "contacts": (("email", NASTY), ("sms", "…67")),
            "all_asked": False,
            "asked": True,
            "channel": Field("", "channel.unavailable"),
            "code": Field("", "code.wrong"),
            "return_to": NASTY,
            "refused": None,
            "wait_minutes": None,
        },
    ),
    "step_up nowhere": (
        "step_up",
        {
            "contacts": (),
            "all_asked": True,
            "asked": False,
            "channel": Field(),
            "code": Field(),
            "return_to": "",
            "refused": None,
            "wait_minutes": None,
        },
    ),
    "sign_out": ("sign_out", {}),
    "problem": ("problem", {"problem": "library_unavailable", "status": 503, "retry": True}),
}


def render(name: str, signed_in: bool = True, **changes: Any) -> str:
    template, context = PAGES[name]
    found = translations("fi")
    return ENVIRONMENT.get_template(f"{template}.html").render(
        page=_page(signed_in),
        words=Words("fi"),
        formats=Formats("fi", ZONE, NOW),
        gettext=found.gettext,
        ngettext=found.ngettext,
        **context | changes,
    )


def _tags(soup: BeautifulSoup, *names: str) -> Iterator[Tag]:
    for tag in soup.find_all(list(names)):
        assert isinstance(tag, Tag)
        yield tag


@pytest.fixture(params=list(PAGES))
def soup(request: pytest.FixtureRequest) -> BeautifulSoup:
    return BeautifulSoup(render(request.param), "html.parser")


def test_nothing_from_outside_becomes_markup(soup: BeautifulSoup) -> None:
    assert [script.get("src") for script in _tags(soup, "script")] == ["/static/accounts.js"]


def test_a_strict_content_policy_holds(soup: BeautifulSoup) -> None:
    assert not list(_tags(soup, "style", "iframe", "object"))
    for tag in soup.select("*"):
        for attribute in tag.attrs:
            assert attribute != "style"
            assert not attribute.startswith("on")
    assert all(script.get("nonce") == "the-nonce" for script in _tags(soup, "script"))


def test_every_form_that_acts_carries_the_token(soup: BeautifulSoup) -> None:
    for form in _tags(soup, "form"):
        assert form.get("method") == "post"
        token = form.find("input", attrs={"name": "csrf_token"})
        assert isinstance(token, Tag)
        assert token["value"] == "the-csrf-token"


def test_every_field_has_a_label_and_ids_are_used_once(soup: BeautifulSoup) -> None:
    ids = [str(tag["id"]) for tag in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    labelled = {str(label["for"]) for label in _tags(soup, "label")}
    for tag in _tags(soup, "input", "select"):
        if tag.get("type") != "hidden":
            assert tag["id"] in labelled


def test_what_describes_a_field_is_on_the_page(soup: BeautifulSoup) -> None:
    ids = {str(tag["id"]) for tag in soup.select("[id]")}
    for tag in soup.select("[aria-describedby], [aria-labelledby]"):
        named = f"{tag.get('aria-describedby', '')} {tag.get('aria-labelledby', '')}"
        assert set(named.split()) <= ids
    for link in soup.select(".accounts-summary a"):
        assert str(link["href"]).removeprefix("#") in ids


def test_there_is_one_heading_and_the_language_is_told(soup: BeautifulSoup) -> None:
    assert len(list(_tags(soup, "h1"))) == 1
    assert soup.html is not None
    assert soup.html["lang"] == "fi"
    assert soup.title is not None
    assert "–" in soup.title.get_text()


@pytest.mark.parametrize("name", ["sign_in_card", "card_link", "card that asks"])
def test_a_pin_is_never_given_back(name: str) -> None:
    soup = BeautifulSoup(render(name), "html.parser")
    pin = soup.find("input", attrs={"name": "pin"})
    assert isinstance(pin, Tag)
    assert pin["type"] == "password"
    assert not pin.has_attr("value")


@pytest.mark.parametrize("name", ["sign_in_card", "card_link", "problem"])
def test_a_refusal_carries_its_code(name: str) -> None:
    main = BeautifulSoup(render(name), "html.parser").find("main")
    assert isinstance(main, Tag)
    code = "library_unavailable" if name == "problem" else "too_many_attempts"
    assert main["data-code"] == code


def test_with_one_library_there_is_nothing_to_choose() -> None:
    soup = BeautifulSoup(render("sign_in_card", libraries=LIBRARIES[:1], library=Field()), "html.parser")
    assert soup.find("select") is None
    hidden = soup.find("input", attrs={"name": "library"})
    assert isinstance(hidden, Tag)
    assert hidden["value"] == "lumme"


def test_only_loans_that_may_be_renewed_can_be_ticked() -> None:
    soup = BeautifulSoup(render("loans"), "html.parser")
    assert [tag["value"] for tag in soup.select("input[name=loan]")] == ["l2", "l3"]
    asks = soup.select("[data-ask-renewability]")
    assert [tag["data-ask-renewability"] for tag in asks] == ["/api_loan/l2"]
    assert Words("fi").not_renewable("recalled") in soup.get_text()


def test_every_loan_is_shown_in_both_orders() -> None:
    for name in ("loans", "loans by card"):
        assert len(BeautifulSoup(render(name), "html.parser").select(".accounts-loan")) == len(LOANS)


def test_how_urgent_a_loan_is_does_not_hang_on_its_colour() -> None:
    text = BeautifulSoup(render("loans"), "html.parser").get_text()
    for words in ("2 päivää myöhässä", "tänään", "2 päivän kuluttua", "9 päivän kuluttua"):
        assert words in text


def test_somebody_signed_out_sees_no_card() -> None:
    html = render("home", signed_in=False)
    assert "4821" not in html
    assert "/sign_in" in html
    assert "/sign_out" not in html


def test_no_address_of_another_site_is_in_any_template() -> None:
    for path in TEMPLATES.glob("*.html"):
        assert not re.search(r"https?:|//[a-z]", path.read_text(encoding="utf-8")), path.name
