"""Paths that every page names are made once for each place where the application is mounted."""

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
