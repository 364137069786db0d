"""Favourites on pages, without JavaScript: lists, acts on many of them, undoing, order by hand, settings."""

from collections.abc import Callable
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import event
from webtest import TestResponse

from discovery_accounts.models import FavouriteItem, FavouriteList
from discovery_accounts.services.favourites.items import Items
from tests.factories.desks import quiet, silent
from tests.factories.favourites import actor_of, any_account, make_list, new_item
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count, rows
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
NASTY = "<script>alert(1)</script> & <b>"


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(record_url="https://catalogue.example/Record/{source}.{record_id}")


@pytest.fixture
def reader(portal: Portal) -> Browser:
    browser = portal.browser(**ENGLISH)
    browser.sign_in("lumme", portal.patron("lumme"))
    return browser


def shelf(portal: Portal, items: int = 0, **more: object) -> str:
    """The path of a list of whoever is there."""
    return f"/favourites/{make_list(portal.house, any_account(portal.house), items, **more)}"  # type: ignore[arg-type]


def page(answer: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "html.parser")


def titles(answer: TestResponse) -> list[str]:
    return [one.get_text() for one in page(answer).select(".accounts-favourite-title")]


def ids(answer: TestResponse) -> list[str]:
    return [str(one["value"]) for one in page(answer).select("input[name=item]")]


def undo_word(answer: TestResponse) -> str:
    """What the button of the message sends."""
    found = page(answer).select_one(".accounts-undo input[name=act]")
    assert found is not None
    return str(found["value"])


def test_who_has_no_list_is_told_how_to_begin_and_makes_one(portal: Portal, reader: Browser) -> None:
    empty = reader.get("/favourites")
    assert "Keep what you want to remember" in empty.text
    refused = reader.post("/favourites", name=" ", description=NASTY)
    assert (refused.status_int, "Give the list a name." in refused.text) == (422, True)
    assert NASTY not in refused.text
    made = reader.post("/favourites", name="Summer & sun", description="To the cottage")
    shown = made.follow()
    assert page(shown).h1.get_text() == "Summer & sun"  # type: ignore[union-attr]
    assert "Nothing in this list yet" in shown.text
    assert "Summer &amp; sun" in reader.get("/favourites").text


def test_a_list_is_read_in_parts_and_the_catalogue_is_not_asked(portal: Portal, reader: Browser) -> None:
    path = shelf(portal, 120, noted=True)
    quiet(portal)
    seen, answer, parts = [], reader.get(path), 0
    while True:
        seen += titles(answer)
        parts += 1
        onward = page(answer).select_one("a[rel=next]")
        if onward is None:
            break
        answer = reader.get(str(onward["href"]))
    assert (len(seen), len(set(seen)), parts) == (120, 120, 3)
    assert silent(portal)
    first = page(reader.get(path))
    link = first.select_one(".accounts-favourite-title a")
    assert link is not None
    assert link["href"] == "https://catalogue.example/Record/finna.r0"
    assert not first.select("img[src^='https:']"), "a cover would tell its server who reads what"


def test_a_page_of_fifty_needs_five_statements(portal: Portal, reader: Browser) -> None:
    path = shelf(portal, 60, noted=True)
    reader.get(path)
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(portal.house.database.engine, "before_cursor_execute", note)
    reader.get(path)
    assert 2 <= len([one for one in seen if one != "BEGIN"]) <= 5, seen


def test_it_is_shown_in_the_order_asked_for(portal: Portal, reader: Browser) -> None:
    path = shelf(portal, 9)
    for order in ("title", "-title", "author", "-year", "-added", "nonsense"):
        answer = reader.get(f"{path}?order={order}")
        chosen = page(answer).select_one("#accounts-order option[selected]")
        assert chosen is not None
        assert chosen["value"] == (order if order != "nonsense" else "manual")
        if order.endswith("title"):
            assert titles(answer) == sorted(titles(answer), reverse=order.startswith("-"))
        assert bool(page(answer).select("button[name=up]")) is (order == "nonsense")


def test_tags_lead_to_what_has_them(portal: Portal, reader: Browser) -> None:
    path = shelf(portal, 20, noted=True)
    tags = page(reader.get(f"{path}/tags"))
    [link] = [one for one in tags.select(".accounts-tag-link") if one.get_text() == "shelf 3"]
    found = reader.get(str(link["href"]))
    assert len(titles(found)) == 2
    assert "Only with the tag “shelf 3”." in found.text
    assert "shelf 3" in str(page(found).select(".accounts-tags")[0])


def test_what_is_ticked_goes_and_comes_back(portal: Portal, reader: Browser) -> None:
    path, other = shelf(portal, 5), shelf(portal, 0, name="Other")
    before = titles(reader.get(path))
    ticked = ids(reader.get(path))[1:3]
    to = other.rpartition("/")[2]
    for act in ("remove", "move", "copy"):
        done = reader.post(path, item=ticked, act=act, to=to, return_to=path).follow()
        assert titles(done) == (before if act == "copy" else [before[0], *before[3:]])
        assert titles(reader.get(other)) == ([] if act == "remove" else before[1:3])
        box = page(done).select_one(".accounts-undo")
        assert box is not None
        assert "2 items were" in box.get_text()
        word = undo_word(done)
        undone = reader.post("/favourites/undo", act=word, return_to=path).follow()
        assert "Undone: everything is as it was." in undone.text
        assert (titles(undone), titles(reader.get(other))) == (before, [])
        again = reader.post("/favourites/undo", act=word, return_to=path).follow()
        assert "That can’t be undone any more." in again.text


def test_all_is_the_whole_list_not_the_page(portal: Portal, reader: Browser) -> None:
    path, other = shelf(portal, 60), shelf(portal, 0, name="Other")
    to = other.rpartition("/")[2]
    answer = reader.post(path, all="yes", act="move", to=to, return_to=f"{path}?order=title").follow()
    assert "60 items were moved." in answer.text
    assert count(portal.house, FavouriteItem, list_id=UUID(to), removed_at=None) == 60


def test_an_act_on_nothing_says_what_to_tick(portal: Portal, reader: Browser) -> None:
    path = shelf(portal, 3)
    answer = reader.post(path, act="remove", return_to=path)
    assert answer.status_int == 422
    assert "Tick something first" in answer.text
    assert len(titles(answer)) == 3
    assert reader.post(path, act="burn").status_int == 400


def test_the_order_by_hand_is_changed_step_by_step(portal: Portal, reader: Browser) -> None:
    path = shelf(portal, 4)
    a, b, c, d = ids(reader.get(path))
    moved = reader.post(path, up=c, return_to=path).follow()
    assert ids(moved) == [a, c, b, d]
    focused = page(moved).select("[autofocus]")
    assert [(one["name"], one["value"]) for one in focused] == [("up", c)], "the next press goes on"
    top = reader.post(path, up=c, return_to=path).follow()
    assert ids(top) == [c, a, b, d]
    assert [(one["name"], one["value"]) for one in page(top).select("[autofocus]")] == [("down", c)]
    assert ids(reader.post(path, down=a, return_to=path).follow()) == [c, b, a, d]


def test_an_item_is_put_to_a_place(portal: Portal, reader: Browser) -> None:
    path = shelf(portal, 4)
    names = dict(zip(ids(reader.get(path)), "abcd", strict=True))
    item = next(one for one, name in names.items() if name == "c")
    for place, then in (
        ("1", "cabd"),
        ("2", "acbd"),
        ("4", "abdc"),
        ("3", "abcd"),
        ("9", "abdc"),
        ("3", "abcd"),
    ):
        reader.post(f"{path}/items/{item}", action="save", place=place, note="", tags="").follow()
        assert "".join(names[one] for one in ids(reader.get(path))) == then


def test_note_and_tags_are_edited_and_are_no_markup(portal: Portal, reader: Browser) -> None:
    path = shelf(portal, 1)
    [item] = ids(reader.get(path))
    saved = reader.post(f"{path}/items/{item}", action="save", note=NASTY, tags="one, #two; one", place="")
    place = saved.location.partition("#")[2]
    assert page(saved.follow()).select_one(f"li#{place} .accounts-favourite-note") is not None
    shown = saved.follow()
    assert NASTY not in shown.text
    assert page(shown).select_one(".accounts-favourite-note").get_text() == NASTY  # type: ignore[union-attr]
    assert [one.get_text() for one in page(shown).select(".accounts-tags li")] == ["one", "two"]
    form = page(reader.get(f"{path}/items/{item}"))
    assert form.select_one("textarea[name=note]").get_text() == NASTY  # type: ignore[union-attr]
    assert form.select_one("[name=tags]")["value"] == "one, two"  # type: ignore[index]
    for name, value, words in (
        ("note", "x" * 10_001, "at most 10,000 characters"),
        ("tags", "x" * 65, "at most 64 characters"),
        ("place", "first", "Type a whole number from 1 on."),
    ):
        fields = {"note": "", "tags": "", "place": "", name: value}
        refused = reader.post(f"{path}/items/{item}", action="save", **fields)
        assert (refused.status_int, words in refused.text) == (422, True)
    assert rows(portal.house, FavouriteItem)[0].note == NASTY


def test_nothing_of_a_record_becomes_markup(portal: Portal, reader: Browser) -> None:
    """W8, on each page that shows it: title, author, format, tag, address, names of lists."""
    account = any_account(portal.house)
    list_id = make_list(portal.house, account, name=NASTY, public=True)
    other = make_list(portal.house, account, name=f"Other {NASTY}")
    told = {"title": NASTY, "author": NASTY, "format": NASTY, "record_id": "\"'><b>x"}
    item = new_item(1, NASTY, ('"><b>tag',), **told)
    added = Items(portal.house).add(actor_of(portal.house, account), list_id, item)
    [shown] = [one for one in rows(portal.house, FavouriteList) if one.id == list_id]
    path = f"/favourites/{list_id}"
    pages = ["", "/settings", "/tags", "/print", f"/items/{added.item.id}"]
    for address in (
        "/favourites",
        f"/lists/{shown.public_id}",
        f"/favourites/{other}",
        *(path + one for one in pages),
    ):
        answer = page(reader.get(address))
        assert not answer.select("main b, main script"), address
    labels = [str(one["aria-label"]) for one in page(reader.get(path)).select("button[name=up]")]
    assert labels == [f"Move up: {NASTY}"]


def test_a_list_is_renamed_ordered_deleted_and_brought_back(portal: Portal, reader: Browser) -> None:
    path = shelf(portal, 3)
    saved = reader.post(
        f"{path}/settings", action="save", name="New name", description="", public="no", ordering="-title"
    )
    shown = saved.follow()
    assert page(shown).h1.get_text() == "New name"  # type: ignore[union-attr]
    assert titles(shown) == sorted(titles(shown), reverse=True)
    refused = reader.post(f"{path}/settings", action="save", name="", description="", public="no")
    assert refused.status_int == 422
    gone = reader.post(f"{path}/settings", action="remove").follow()
    assert "The list was deleted, with 3 items." in gone.text
    assert reader.get(path, expect_errors=True).status_int == 404
    word = undo_word(gone)
    reader.post("/favourites/undo", act=word)
    assert len(titles(reader.get(path))) == 3


def test_another_s_list_is_nobody_s(portal: Portal, reader: Browser) -> None:
    """L14, and in forms: what is moved goes to a list of one's own only."""
    path = shelf(portal, 2)
    [item, _] = ids(reader.get(path))
    thief = portal.signed_in_browser("helka")
    make_list(portal.house, max(rows(portal.house, FavouriteList), key=lambda one: one.created_at).account_id)
    for address in ("", "/settings", "/tags", "/print", f"/items/{item}"):
        assert thief.get(path + address, expect_errors=True).status_int == 404
    own = thief.post("/favourites", name="Mine").headers["Location"]
    mine = own.rpartition("/")[2]
    assert thief.post(path, item=[item], act="move", to=mine).status_int == 404
    assert thief.post(path, up=item).status_int == 404
    assert thief.post(f"{own}/items/{item}", action="remove").status_int == 404
    assert reader.post(path, item=[item], act="move", to=mine).status_int == 404
    done = reader.post(path, item=[item], act="remove", return_to=path).follow()
    word = undo_word(done)
    thief.post("/favourites/undo", act=word)
    assert len(ids(reader.get(path))) == 1, "nobody else undoes it"


def test_what_the_address_claims_was_done_is_not_believed(portal: Portal, reader: Browser) -> None:
    path = shelf(portal, 1)
    for query in ("done=x&did=remove&items=1", "done=&did=burn", f"done={UUID(int=0)}&did={NASTY}"):
        assert not page(reader.get(f"{path}?{query}")).select(".accounts-undo")
    odd = reader.get(f"{path}?done={UUID(int=0)}&did=remove&items=%C2%B2&already=-1")
    assert "0 items were removed." in odd.text


def test_odd_addresses_are_answered(portal: Portal, reader: Browser) -> None:
    path = shelf(portal, 2)
    long = "tag=" + "x" * 3000
    for query in ("after=x", f"after={UUID(int=0)}", long, "order=", "tag=%00", "done=%00&did=%00"):
        answer = reader.get(f"{path}?{query}", expect_errors=True)
        assert answer.status_int in {200, 303, 400, 404}, query


def test_an_item_leads_to_a_review_and_the_catalogue_unless_it_came_from_nowhere(
    portal: Portal, reader: Browser
) -> None:
    path = shelf(portal)
    account = any_account(portal.house)
    items = Items(portal.house)
    own, other = (
        items.add(actor_of(portal.house, account), UUID(path.rpartition("/")[2]), new_item(1, source=source))
        for source in ("lumme", "imported")
    )
    known = page(reader.get(f"{path}/items/{own.item.id}"))
    assert len(known.select(".accounts-review-link")) == 1
    assert known.select("main a[href='https://catalogue.example/Record/lumme.r1']")
    lonely = page(reader.get(f"{path}/items/{other.item.id}"))
    assert not lonely.select(".accounts-review-link, main a[href^='https://catalogue.example']")
    assert len(page(reader.get(path)).select("main a[href^='https://catalogue.example']")) == 1
