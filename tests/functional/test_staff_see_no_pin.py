"""Nobody who works for the library, and no archive, is told a PIN or a secret of ours (checklist S5)."""

import io
import zipfile
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner
from webtest import TestResponse

from discovery_accounts.cli import main
from discovery_accounts.models import Account, Credential
from discovery_accounts.web.routes import PAGES
from tests.factories.portal import Browser, Client, Portal
from tests.factories.refusals import now_of
from tests.factories.rows import rows
from tests.factories.staff import LOGINS, colleague
from tests.fixtures.databases import ON_SQLITE

CANARY = "6X2-CANARY"
REASONS = {"/admin/own-data": "asked", "/admin/linking": "asked", "/admin/diagnosis": "called"}


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(**LOGINS)


def text_of(answer: TestResponse) -> str:
    """Of an archive, what its files say."""
    if answer.content_type != "application/zip":
        return str(answer.text)
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


def by_staff(desk: Browser, number: str) -> Iterator[str]:
    """Every page for staff, and what they are told of a card that they look up."""
    for route in PAGES:
        if route.path.startswith("/admin") and "GET" in route.views:
            path = route.path.replace("{library}", "lumme").replace("{login}", "card")
            yield text_of(desk.get(path, expect_errors=True))
    for path, reason in REASONS.items():
        asked = {"library": "lumme", "card_number": number, "reason": reason, "present": "1"}
        seen = desk.post(path, action="find", **asked)
        assert seen.status_int == 200, path
        yield text_of(seen)
        ticket = seen.html.find("input", {"name": "ticket"})
        if path == "/admin/own-data":
            copy = desk.post(path, action="hand_over", ticket=ticket["value"], reason="asked", theirs="1")
            assert copy.content_type == "application/zip"
            yield text_of(copy)


def by_command(portal: Portal) -> Iterator[str]:
    [account] = [row for row in rows(portal.house, Account) if row.name == "Aino"]
    asked = ("accounts", "show", str(account.id), "--reason", "asked")
    for arguments in (asked, ("settings", "show"), ("audit", "export")):
        yield CliRunner().invoke(main, ["--config", portal.ini(), *arguments]).output


@ON_SQLITE
def test_s5_no_page_command_or_archive_tells_a_pin_that_is_kept(portal: Portal) -> None:
    patron = portal.patron("lumme")
    portal.koha.change_pin(patron.patron_id, CANARY)
    client: Client = portal.client()
    client.sign_in("lumme", now_of(portal.koha, patron))
    client.call("PATCH", "/account", {"name": "Aino"}, status=200)
    [credential] = rows(portal.house, Credential)
    assert credential.ciphertext, "it is kept"
    desk = colleague(portal, role="it").sign_in()
    told = [
        text_of(client.call("GET", "/account/export", status=200)),
        *by_staff(desk, patron.card_number),
        *by_command(portal),
    ]
    assert any("Aino" in one for one in told)
    secrets = [CANARY, client.token, portal.koha.client_secret, portal.alma.api_key]
    assert [secret for secret in secrets for one in told if secret and secret in one] == []
