"""Secrets where they lie: bound to their row, rotated while everything goes on, and nowhere in clear."""

import io
import logging
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Base, Credential, LibraryCard, SessionProof
from discovery_accounts.services.account_cards import cards_of
from discovery_accounts.services.outbox_sending import Outbox
from discovery_accounts.services.rotation import KINDS, Rotation
from discovery_accounts.services.sessions import Sessions
from discovery_accounts.telemetry.log import LineFormatter
from discovery_accounts.vault.keyring import KeyRing
from tests.factories.codes import stepped_up
from tests.factories.portal import Client, Portal
from tests.factories.refusals import now_of, pin_checks
from tests.factories.rows import count, dump, rows, write

CANARY = "9Z7-CANARY"
OTHER_CANARY = "8Y6-CANARY"


def states(client: Client, path: str = "/loans?refresh=1") -> list[str]:
    return [card["state"] for card in client.call("GET", path, status=200).json["cards"]]


def test_s2_swapped_ciphertexts_open_nowhere_and_no_wrong_pin_is_sent(portal: Portal) -> None:
    client = portal.signed_in_client()
    client.link("lumme", portal.patron("lumme", "child"))
    client.call("GET", "/loans", status=200)
    one, two = rows(portal.house, Credential)
    for row, other in ((one, two), (two, one)):
        write(
            portal.house,
            "UPDATE credential SET ciphertext = :sealed WHERE link_id = :link",
            sealed=other.ciphertext,
            link=row.link_id.hex if "sqlite" in portal.values["accounts.database_url"] else row.link_id,
        )
    portal.clock.advance(minutes=16)
    portal.koha.clear_calls()
    assert states(client) == ["pin_needed", "pin_needed"]
    assert pin_checks(portal.koha) == 0
    assert client.call("GET", "/loans").json["loans"] == []
    card = client.call("GET", "/cards").json["cards"][0]["id"]
    client.call("PATCH", f"/cards/{card}", {"pin": portal.patron("lumme").pin}, status=200)
    assert states(client) == ["fresh", "pin_needed"]


def test_s3_keys_rotate_while_everybody_reads(portal: Portal) -> None:
    ring = KeyRing.open(Path(portal.values["accounts.keys"].removeprefix("file:")))
    kinds = ("good", "child", "many_loans", "no_loans")
    clients = [portal.signed_in_client("lumme", kind) for kind in kinds]
    first = ring.current
    stop = False

    def read(client: Client) -> set[str]:
        seen: set[str] = set()
        while not stop:
            portal.clock.advance(minutes=4)  # so that PINs are opened and checked all the time
            client.sign_in("lumme", portal.patron("lumme", kinds[clients.index(client)]))
            seen |= set(states(client))
        return seen

    with ThreadPoolExecutor(len(clients)) as pool:
        reading = [pool.submit(read, client) for client in clients]
        try:
            for _ in range(3):
                ring.rotate()
                Rotation(portal.house).reseal()
        finally:
            stop = True
        assert {state for one in reading for state in one.result()} == {"fresh"}
    report = Rotation(portal.house).reseal()
    assert report.unreadable == 0
    assert Rotation(portal.house).keys_in_use() == {ring.current}
    ring.drop(first)
    portal.clock.advance(minutes=20)
    assert [states(client) for client in clients] == [["fresh"]] * 4


def test_rotation_goes_on_where_it_was_stopped_and_reports_what_it_can_not_open(portal: Portal) -> None:
    ring = KeyRing.open(Path(portal.values["accounts.keys"].removeprefix("file:")))
    client = portal.signed_in_client()
    client.link("lumme", portal.patron("lumme", "child"))
    write(
        portal.house,
        "UPDATE library_card SET number_sealed = :bad WHERE number_last4 = :last",
        bad=b"x" * 40,
        last=portal.patron("lumme", "child").card_number[-4:],
    )
    ring.rotate()
    assert Rotation(portal.house).count() >= 4
    report = Rotation(portal.house).reseal()
    assert (report.unreadable, Rotation(portal.house).count()) == (1, 1)
    assert Rotation(portal.house).reseal().resealed == 0


def test_rotation_thinks_of_every_sealed_column() -> None:
    sealed = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("key_id")
    }
    assert sealed == {f"{kind.model.__tablename__}.{kind.key_id.key}" for kind in KINDS}


def test_a_card_number_that_can_not_be_opened_is_learned_anew(portal: Portal) -> None:
    """As when a key was lost: the card is repaired by its PIN, and no page fails."""
    client = portal.signed_in_client()
    write(portal.house, "UPDATE library_card SET number_sealed = :bad", bad=b"x" * 40)
    portal.clock.advance(minutes=16)
    portal.koha.clear_calls()
    assert states(client) == ["unavailable"]
    assert pin_checks(portal.koha) == 0, "nobody knows for which number the PIN would be sent"
    card = client.call("GET", "/cards", status=200).json["cards"][0]["id"]
    client.call("PATCH", f"/cards/{card}", {"pin": portal.patron("lumme").pin}, status=200)
    portal.clock.advance(minutes=16)
    assert states(client) == ["fresh"]


def test_s1_pin_and_card_number_are_nowhere_in_the_database(portal: Portal) -> None:
    portal.koha.change_pin(portal.patron("lumme").patron_id, CANARY)
    client = portal.client()
    patron = now_of(portal.koha, portal.patron("lumme"))
    client.sign_in("lumme", patron)
    child = portal.patron("helka", "child")
    client.link("helka", child)
    client.call("GET", "/loans", status=200)
    stepped_up(portal)
    client.call("PATCH", "/account", {"email": "new@example.org"}, status=200)
    content = dump(portal.house)
    assert CANARY.encode() not in content
    assert patron.card_number.encode() not in content
    assert child.card_number.encode() not in content
    assert client.token is not None
    assert client.token.encode() not in content
    if "sqlite" in portal.values["accounts.database_url"]:
        path = Path(portal.values["accounts.database_url"].removeprefix("sqlite:///"))
        raw = b"".join(part.read_bytes() for part in path.parent.glob(f"{path.name}*"))
        assert CANARY.encode() not in raw
        assert client.token.encode() not in raw


def test_tokens_and_codes_are_not_in_the_database_in_clear(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    session, known = browser.app.cookies["accounts_session"], browser.app.cookies["accounts_known"]
    csrf = browser.csrf()
    stepped_up(portal)
    browser.post("/account/email", email="new@example.org")
    content = dump(portal.house)
    Outbox(portal.house).send(portal.clock(), 10)
    mails = "".join(portal.mails())
    [link] = set(re.findall(r"/account/email/([A-Za-z0-9_-]{20,})", mails))
    [code] = re.findall(r"^(\d{6})$", mails, re.MULTILINE)
    for secret in (session, known, csrf, link):
        assert secret.encode() not in content
    assert code.encode() not in re.findall(rb"(?<!\d)\d{6}(?!\d)", content)
    assert b"new@example.org" in content, "the pending address itself is there, for an hour"


@pytest.fixture
def log_lines() -> Iterator[io.StringIO]:
    """Everything that any logger says at DEBUG, in our format and without our net of redaction."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(LineFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def test_s4_a_canary_pin_is_in_no_log_page_mail_database_or_repr(
    make_portal: Callable[..., Portal], log_lines: io.StringIO, tmp_path: Path
) -> None:
    portal = make_portal()
    shown: list[str] = []
    patron = portal.patron("lumme")
    portal.koha.change_pin(patron.patron_id, CANARY)
    canary = now_of(portal.koha, patron)
    wrong = {"library": "lumme", "card_number": patron.card_number, "pin": OTHER_CANARY}
    browser, client = portal.browser(), portal.client()
    shown.append(browser.post("/sign-in/card", **wrong).text)
    shown.append(client.call("POST", "/sessions", wrong).text)
    shown.append(client.call("POST", "/sessions", {**wrong, "pin": f"{CANARY}\n"}).text)
    shown.append(client.call("POST", "/sessions", {**wrong, "pin": [CANARY]}).text)
    shown.append(browser.get(f"/sign-in?pin={CANARY}", expect_errors=True).text)
    shown.append(browser.sign_in("lumme", canary).text)
    shown.append(client.sign_in("lumme", canary).text)
    for kind in ("hang", "error_500", "garbage", "html", "cut_connection", "wrong_key"):
        portal.koha.set_fault(kind, times=1, path_contains="/auth/password")
        shown.append(portal.client().call("POST", "/sessions", {**wrong, "pin": CANARY}).text)
        portal.koha.clear_faults()
    other = portal.signed_in_client("helka")
    shown.append(other.link("lumme", canary).text)
    portal.clock.advance(minutes=16)
    shown += [browser.get("/loans").text, browser.get("/cards").text]
    portal.koha.change_pin(patron.patron_id, OTHER_CANARY)
    portal.clock.advance(minutes=16)
    shown += [browser.get("/loans").text, browser.get("/cards").text]
    card = client.call("GET", "/cards").json["cards"][0]["id"]
    shown.append(browser.post(f"/cards/{card}", action="pin", pin=CANARY).text)
    shown.append(browser.post(f"/cards/{card}", action="pin", pin=OTHER_CANARY).text)
    with portal.house.database.reading() as session:
        actor = Sessions(portal.house).find(client.token or "")
        assert actor is not None
        reprs = repr(cards_of(session, actor.account_id, actor.session_id, portal.clock()))
    content = dump(portal.house)
    write(portal.house, "DROP TABLE throttle")  # and now nothing works any more
    crash = client.call("POST", "/sessions", {**wrong, "pin": CANARY}, status=500)
    page = browser.post("/sign-in/card", **{**wrong, "pin": CANARY})
    assert page.status_int == 500
    shown += [crash.text, page.text]
    mails = "".join(portal.mails())
    for place in ("\n".join(shown), log_lines.getvalue(), mails, reprs, repr(portal.house)):
        for secret in (CANARY, OTHER_CANARY):
            assert secret not in place
    assert patron.card_number not in log_lines.getvalue()
    assert CANARY.encode() not in content
    assert OTHER_CANARY.encode() not in content
    assert "request.failed" in log_lines.getvalue(), "the crash itself is in the log"
    files = [path for path in tmp_path.rglob("*") if path.is_file() and "keys" not in path.name]
    assert all(CANARY.encode() not in path.read_bytes() for path in files)


class TestNoPinIsStored:
    """``pin_storage = none`` (rules 2.4, checklist S1)."""

    @pytest.fixture
    def portal(self, make_portal: Callable[..., Portal]) -> Portal:
        portal = make_portal(library__lumme__pin_storage="none")
        portal.koha.change_pin(portal.patron("lumme").patron_id, CANARY)
        return portal

    def test_s1_the_pin_is_asked_once_a_session_and_kept_nowhere(self, portal: Portal) -> None:
        patron = now_of(portal.koha, portal.patron("lumme"))
        client = portal.client()
        client.sign_in("lumme", patron)
        assert states(client) == states(client) == ["fresh"]
        assert count(portal.house, Credential) == 0
        assert count(portal.house, SessionProof) == 1
        assert CANARY.encode() not in dump(portal.house)

    def test_a_new_session_by_another_card_needs_the_pin(self, portal: Portal) -> None:
        patron = now_of(portal.koha, portal.patron("lumme"))
        client = portal.signed_in_client("helka")
        card = client.link("lumme", patron).json["id"]
        assert sorted(states(client)) == ["fresh", "fresh"]
        again = portal.signed_in_client("helka")
        portal.koha.clear_calls()
        answer = again.call("GET", "/loans", status=200).json
        assert sorted(one["state"] for one in answer["cards"]) == ["fresh", "pin_needed"]
        assert {loan["library"] for loan in answer["loans"]} == {"helka"}
        assert portal.koha.count() == 0
        again.call("PATCH", f"/cards/{card}", {"pin": "0000"}, status=422)
        assert sorted(states(again)) == ["fresh", "pin_needed"]
        again.call("PATCH", f"/cards/{card}", {"pin": CANARY}, status=200)
        assert sorted(states(again)) == ["fresh", "fresh"]
        assert sorted(states(client)) == ["fresh", "fresh"]
        assert sorted(states(portal.signed_in_client("helka"))) == ["fresh", "pin_needed"]
        assert count(portal.house, Credential) == 1
        assert count(portal.house, LibraryCard) == 2

    def test_no_act_without_the_pin_of_this_session(self, portal: Portal) -> None:
        client = portal.signed_in_client("helka")
        client.link("lumme", now_of(portal.koha, portal.patron("lumme")))
        loans = [
            loan["id"] for loan in client.call("GET", "/loans").json["loans"] if loan["library"] == "lumme"
        ]
        again = portal.signed_in_client("helka")
        portal.koha.clear_calls()
        results = again.call("POST", "/loans/renewals", {"loans": loans}, status=207).json["results"]
        assert {result["code"] for result in results} == {"pin_needed"}
        again.call("GET", f"/loans/{loans[0]}", status=409)
        assert portal.koha.count() == 0

    def test_a_pin_stored_before_the_library_chose_none_is_not_used(
        self, portal: Portal, make_portal: Callable[..., Portal]
    ) -> None:
        before = make_portal()
        client = before.client()
        client.sign_in("lumme", now_of(portal.koha, portal.patron("lumme")))
        assert count(portal.house, Credential) == 1
        other = portal.client()
        other.token = client.token
        portal.koha.clear_calls()
        assert states(other) == ["pin_needed"]
        assert pin_checks(portal.koha) == 0
        report = run_job(portal.house, "purge-sessions")
        assert report.done.did["pins"] == 1
        assert count(portal.house, Credential) == 0
