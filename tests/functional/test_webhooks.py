"""What libraries tell by themselves: believed by its signature alone, and nothing older shown afterwards."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from webtest import TestApp, TestResponse
from webtest.http import StopableWSGIServer

from discovery_accounts.connectors.api import NewsKind
from discovery_accounts.models import LibraryCard, Link
from discovery_accounts.services import events
from tests.factories.own_data import SECRET, connector, own, own_koha, pretend, reader, signed_in, somebody
from tests.factories.portal import Client, Portal
from tests.factories.rows import count, rows
from tests.factories.rows import events as events_of
from tests.fixtures.databases import ON_SQLITE

__all__ = ["own", "own_koha"]

pytestmark = ON_SQLITE


def post(portal: Portal, library: str, headers: Any, body: bytes) -> TestResponse:
    app = TestApp(portal.app)
    sent = {name.title(): value for name, value in headers.items()}
    return app.post(
        f"/hooks/{library}", body, headers=sent, content_type="application/json", expect_errors=True
    )


def tell(portal: Portal, kind: NewsKind, who: str = "good") -> TestResponse:
    patron_id = reader(portal, who).patron_id
    return post(portal, "pretend", *connector(portal).write_news(patron_id, kind))


@pytest.fixture
def hook(own: Portal) -> Iterator[str]:
    """The portal on a port, and the address that an Alma would be given."""
    server = StopableWSGIServer.create(own.app, host="127.0.0.1")
    yield f"{server.application_url}hooks/helka"
    server.shutdown()


def titles(client: Client) -> int:
    return len(client.call("GET", "/loans", status=200).json["loans"])


@pytest.mark.parametrize("kind", [NewsKind.LOANS, NewsKind.HOLDS, NewsKind.FEES])
def test_after_news_nothing_older_is_shown(own: Portal, kind: NewsKind) -> None:
    client, _ = signed_in(own, "pretend")
    before = titles(client)
    pretend(own).lend(reader(own).patron_id, 2)
    assert titles(client) == before
    assert tell(own, kind).status_int == 204
    assert titles(client) == before + 2
    assert len(events_of(own.house, events.NEWS_HEARD)) == 1


def test_every_account_with_the_card_sees_what_is_new(own: Portal) -> None:
    carer, _ = signed_in(own, "lumme")
    card = carer.link("pretend", reader(own)).json["id"]
    before = len(carer.call("GET", f"/loans?card={card}").json["loans"])
    pretend(own).lend(reader(own).patron_id, 1)
    tell(own, NewsKind.LOANS)
    assert len(carer.call("GET", f"/loans?card={card}").json["loans"]) == before + 1


def test_a_changed_record_is_read_again_at_the_next_look(own: Portal) -> None:
    client, card = signed_in(own, "pretend")
    before = client.call("GET", f"/cards/{card}").json["expires_at"]
    pretend(own).end_in(reader(own).patron_id, 3)
    assert client.call("GET", f"/cards/{card}").json["expires_at"] == before
    assert tell(own, NewsKind.PATRON).status_int == 204
    assert client.call("GET", f"/cards/{card}").json["expires_at"] != before


def test_a_removed_patron_is_no_longer_one_at_once(own: Portal) -> None:
    client, card = signed_in(own, "pretend")
    assert titles(client) > 0
    del pretend(own).people[reader(own).patron_id]
    [row] = rows(own.house, LibraryCard)
    gone = connector(own).write_news(row.patron_id, NewsKind.GONE)
    assert post(own, "pretend", *gone).status_int == 204
    told = client.call("GET", "/loans").json
    assert (told["loans"], told["cards"][0]["state"]) == ([], "not_a_patron")
    assert len(events_of(own.house, events.CARD_GONE)) == 1
    assert post(own, "pretend", *gone).status_int == 204
    assert len(events_of(own.house, events.CARD_GONE)) == 1
    assert card


def test_old_news_told_again_do_no_harm(own: Portal) -> None:
    client, _ = signed_in(own, "pretend")
    for _ in range(3):
        assert tell(own, NewsKind.PATRON).status_int == 204
        assert tell(own, NewsKind.LOANS).status_int == 204
    told = client.call("GET", "/loans", status=200).json
    assert told["cards"][0]["state"] == "fresh"


def test_news_of_somebody_who_has_no_card_here_leave_nothing(own: Portal) -> None:
    assert tell(own, NewsKind.LOANS).status_int == 204
    assert count(own.house, LibraryCard) == 0
    assert events_of(own.house, events.NEWS_HEARD) == []


@pytest.mark.parametrize("signature", ["", "0" * 64, "ä", "x" * 5000])
def test_without_the_right_signature_nothing_is_believed_and_nothing_told(
    own: Portal, signature: str
) -> None:
    client, _ = signed_in(own, "pretend")
    keys = [link.answer_key for link in rows(own.house, Link)]
    _, body = connector(own).write_news(reader(own).patron_id, NewsKind.GONE)
    name = {"X-Library-Signature": signature.encode().decode("latin-1")} if signature else {}
    for _ in range(5):
        answer = post(own, "pretend", name, body)
        assert (answer.status_int, answer.body) == (401, b"")
    assert [link.answer_key for link in rows(own.house, Link)] == keys
    assert len(events_of(own.house, events.NEWS_REFUSED)) == 1
    assert titles(client) > 0


def test_a_signature_of_another_body_is_none(own: Portal) -> None:
    signed_in(own, "pretend")
    headers, _ = connector(own).write_news(reader(own).patron_id, NewsKind.LOANS)
    forged = json.dumps({"patron": reader(own).patron_id, "kind": "gone"}).encode()
    assert post(own, "pretend", headers, forged).status_int == 401
    assert rows(own.house, LibraryCard)[0].gone_at is None


def test_an_unknown_library_and_one_that_tells_nothing_have_no_ear(own: Portal) -> None:
    for library in ("nobody", "lumme", "../pretend"):
        assert post(own, library, {}, b"{}").status_int == 404
        assert TestApp(own.app).get(f"/hooks/{library}?challenge=x", expect_errors=True).status_int == 404


def test_the_question_whether_this_is_the_address_is_answered(own: Portal) -> None:
    app = TestApp(own.app)
    assert app.get("/hooks/pretend?challenge=abc").json == {"challenge": "abc"}
    assert app.get("/hooks/helka?challenge=abc").json == {"challenge": "abc"}
    assert app.get("/hooks/pretend", expect_errors=True).status_int == 404


def test_too_much_is_not_read(own: Portal) -> None:
    assert post(own, "pretend", {}, b"x" * 70_000).status_int == 413


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[]", b"[" * 5000, b'{"patron": 1}', b"null"])
def test_a_strange_body_that_is_signed_does_nothing(own: Portal, body: bytes) -> None:
    signature = connector(own)._signature(body)
    answer = post(own, "pretend", {"X-Library-Signature": signature}, body)
    assert answer.status_int == 204


def test_alma_tells_over_http_by_its_own_signature(own: Portal, hook: str) -> None:
    client, _ = signed_in(own, "helka")
    before = titles(client)
    patron_id = somebody(own, "helka").patron_id
    own.alma.add_loans(patron_id, 2)
    assert titles(client) == before
    assert own.alma.send_webhook(hook, "another secret", patron_id, "loan_created") == 401
    assert titles(client) == before
    assert own.alma.send_webhook(hook, SECRET, patron_id, "loan_created") == 204
    assert titles(client) == before + 2
    assert own.alma.send_webhook(hook, SECRET, patron_id, "job_end") == 204
    assert own.alma.send_webhook(hook, SECRET, patron_id, "user_deleted") == 204
    assert rows(own.house, LibraryCard)[0].read_at is None, "the next look asks who is there"
