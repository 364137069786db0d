"""Every act on a card is an event of that card and of who did it, and stands in its log (checklist D1)."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from discovery_accounts.models import Event
from discovery_accounts.services import events as words
from discovery_accounts.services.card_log_words import SHOWN, UNTOLD
from discovery_accounts.web.log_words import DONE
from tests.factories.card_log import family, log
from tests.factories.portal import Client, Portal
from tests.factories.rows import events, rows
from tests.fixtures.databases import ON_SQLITE


@dataclass
class World:
    portal: Portal
    child: Client
    parent: Client
    card: str

    def link(self) -> str:
        """The parent's link, as the child's page of viewers has it."""
        viewers = self.child.call("GET", f"/cards/{self.card}/viewers").json["viewers"]
        return str(next(one["link"] for one in viewers if not one["self"]))

    def invite(self) -> dict[str, str]:
        asked = {"scopes": ["loans"]}
        made: dict[str, str] = self.child.call(
            "POST", f"/cards/{self.card}/invitations", asked, status=201
        ).json
        return made

    def allow(self, *answers: bool) -> None:
        for allowed in answers:
            self.child.call("PUT", f"/cards/{self.card}/linking", {"allowed": allowed}, status=200)


def _nothing(_world: World) -> None:
    """The family itself is enough."""


def _look(world: World) -> None:
    world.parent.call("GET", "/loans", status=200)


def _renew(world: World) -> None:
    world.parent.call("POST", "/loans/renewals", {"all": True}, status=207)


def _pin(world: World) -> None:
    pin = world.portal.patron("helka", "child").pin
    world.parent.call("PATCH", f"/cards/{world.card}", {"pin": pin}, status=200)


def _wrong_pin(world: World) -> None:
    world.parent.call("PATCH", f"/cards/{world.card}", {"pin": "9999"}, status=422)


def _refused(world: World) -> None:
    world.allow(False)
    other = world.portal.signed_in_client("lumme", "blocked")
    other.link("helka", world.portal.patron("helka", "child"), status=403)


def _change(world: World) -> None:
    path = f"/cards/{world.card}/viewers/{world.link()}"
    world.child.call("PATCH", path, {"scopes": ["loans"]}, status=200)


def _end(world: World) -> None:
    world.child.call("DELETE", f"/cards/{world.card}/viewers/{world.link()}", status=204)


def _leave(world: World) -> None:
    world.parent.call("DELETE", f"/cards/{world.card}", status=204)


def _take(world: World) -> None:
    code = world.invite()["code"]
    taker = world.portal.signed_in_client("lumme", "no_loans")
    taker.call("POST", f"/invitations/{code}/accept", {}, status=201)


def _take_back(world: World) -> None:
    made = world.invite()
    world.child.call("DELETE", f"/cards/{world.card}/invitations/{made['id']}", status=204)


def _feed(world: World) -> str:
    return str(world.parent.call("POST", "/feeds", {}, status=201).json["id"])


def _stop_feed(world: World) -> None:
    world.parent.call("DELETE", f"/feeds/{_feed(world)}", status=204)


def _show_barcode(world: World) -> None:
    path = f"/cards/{world.card}/viewers/{world.link()}"
    world.child.call("PATCH", path, {"scopes": ["card"]}, status=200)
    world.parent.call("GET", f"/cards/{world.card}/barcode", status=200)


ACTS: tuple[tuple[str, Callable[[World], object]], ...] = (
    (words.SIGNED_IN, _nothing),
    (words.LINKED, _nothing),
    (words.LINK_LOOKED, _look),
    (words.LOANS_RENEWED, _renew),
    (words.PIN_ACCEPTED, _pin),
    (words.PIN_REFUSED, _wrong_pin),
    (words.LINK_REFUSED, _refused),
    (words.LINKING_FORBIDDEN, lambda world: world.allow(False)),
    (words.LINKING_ALLOWED, lambda world: world.allow(False, True)),
    (words.LINK_CHANGED, _change),
    (words.INVITED, lambda world: world.invite()),
    (words.INVITATION_TAKEN, _take),
    (words.INVITATION_REVOKED, _take_back),
    (words.FEED_MADE, _feed),
    (words.FEED_REVOKED, _stop_feed),
    (words.BARCODE_SHOWN, _show_barcode),
    (words.UNLINKED, _end),
    (words.UNLINKED, _leave),
)


@pytest.mark.parametrize(("what", "act"), ACTS)
@ON_SQLITE
def test_d1_an_act_is_an_event_of_the_card_and_of_who_did_it(
    portal: Portal, what: str, act: Callable[[World], object]
) -> None:
    child, parent, card = family(portal)
    act(World(portal, child, parent, card))
    mine = [row for row in events(portal.house, what) if str(row.card_id) == card]
    assert mine
    assert all(row.account_id is not None for row in mine)
    assert all(row.library == "helka" for row in mine)
    entries = [entry for entry in log(child, card) if entry["what"] == what]
    assert len(entries) == len(mine)
    assert all(entry["by"] == "account" and entry["who"] and entry["text"] for entry in entries)
    of_cards = {row.word for row in rows(portal.house, Event) if row.card_id is not None}
    assert of_cards <= SHOWN | UNTOLD.keys()


def test_d1_every_word_that_is_told_has_a_sentence() -> None:
    composed = {words.LINK_LOOKED, words.LOANS_RENEWED}
    assert composed | DONE.keys() == SHOWN
    assert not SHOWN & UNTOLD.keys()
    assert set(words.WORDS) >= SHOWN | UNTOLD.keys()
