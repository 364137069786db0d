"""Paths that every page names are made once for each place where the application is mounted."""

from urllib.parse import quote

import pytest
from pyramid.request import Request

from discovery_accounts.web import addresses
from discovery_accounts.web.addresses import Addresses


def at(place: str) -> Request:
    return Request.blank("/", environ={"SCRIPT_NAME": place})


def test_a_path_is_made_once_for_a_place() -> None:
    kept, made = Addresses(), []

    def make(what: str) -> str:
        made.append(what)
        return f"/{len(made)}"

    assert [kept.find(at(place), "home", make) for place in ("", "/a", "", "/a")] == ["/1", "/2", "/1", "/2"]


def test_places_without_end_do_not_fill_the_memory() -> None:
    kept = Addresses()
    for number in range(2 * addresses.MOST):
        kept.find(at(f"/{number}"), "home", lambda _what, number=number: f"/{number}/")  # type: ignore[misc]
    assert len(kept._found) <= addresses.MOST
    assert kept.find(at("/x"), "home", lambda what: f"/x/{what}") == "/x/home"


def path_of(what: str, **parts: object) -> str:
    """As Pyramid makes it: what needs it is encoded."""
    query = parts.pop("_query", None)
    told = "/".join(quote(str(part)) for part in parts.values())
    return f"/{what}/{told}" + (f"?{query}" if query else "")


@pytest.mark.parametrize(
    "parts",
    [
        {"list": "0d1f-22"},
        {"list": 7, "item": "e"},
        {"item": "a b"},
        {"item": "å/%"},
        {"item": "--place-of-item--"},
        {"list": "--place-of-item--", "item": "x"},
        {"list": "x", "_query": "a=1"},
        {"item": ""},
    ],
)
def test_ids_are_put_into_a_path_as_it_would_have_been_made(parts: dict[str, object]) -> None:
    kept = Addresses()
    for _ in range(2):
        assert kept.fill(at("/a"), "list", parts, path_of) == path_of("list", **parts)


def test_a_path_with_ids_is_made_once() -> None:
    kept, made = Addresses(), []

    def make(what: str, **parts: object) -> str:
        made.append(parts)
        return path_of(what, **parts)

    assert [kept.fill(at(""), "list", {"list": one}, make) for one in "abc"] == [
        "/list/a",
        "/list/b",
        "/list/c",
    ]
    assert len(made) == 1
