"""The settings for IT: every key with its source, no secret, each library's for whom it is granted."""

from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from discovery_accounts.config.portal_keys import PORTAL_KEYS
from tests.factories.portal import Browser, Portal
from tests.factories.staff import LOGINS, colleague
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE
PATH = "/admin/settings"


@pytest.fixture
def portal(make_portal: Callable[..., Portal], monkeypatch: pytest.MonkeyPatch) -> Portal:
    monkeypatch.setenv("SMS_SECRET_OF_TEST", "canary-of-a-text-gateway")
    return make_portal(
        **LOGINS,
        sms_url="https://sms.library.example/send",
        sms_secret="env:SMS_SECRET_OF_TEST",
        library__lumme__test_card="21270000001",
        library__lumme__test_pin="8642",
    )


def shown(browser: Browser) -> dict[str, tuple[str, str]]:
    """Value and source of each key."""
    page = BeautifulSoup(browser.get(PATH).text, "html.parser")
    found = {}
    for row in page.select(".accounts-settings > div"):
        value = row.select_one("dd > code")
        key, source = row.select("dt code")[0].text, row.select("dd > .accounts-muted")[-1].text
        found[key] = (value.text if value else "", source)
    return found


def test_every_key_is_there_with_where_it_is_from(portal: Portal) -> None:
    found = shown(colleague(portal).sign_in())
    assert {f"accounts.{key.name}" for key in PORTAL_KEYS} <= set(found)
    assert found["accounts.languages"] == ("en fi sv nb", "given")
    assert found["accounts.page_deadline"] == ("2.5", "left out")
    assert found["accounts.sms_secret"] == ("***", "from env:SMS_SECRET_OF_TEST")
    assert found["accounts.library.lumme.client_secret"] == ("***", "given")
    assert found["accounts.login.staff.kind"] == ("password", "given")


def test_no_secret_is_shown(portal: Portal) -> None:
    page = colleague(portal).sign_in().get(PATH).text
    for secret in (portal.koha.client_secret, portal.alma.api_key, "canary-of-a-text-gateway", "8642"):
        assert secret not in page


def test_it_of_one_library_sees_its_keys_alone(portal: Portal) -> None:
    """Checklist L15."""
    browser = colleague(portal, library="helka").sign_in()
    keys = shown(browser)
    assert keys
    assert all(key.startswith("accounts.library.helka.") for key in keys)
    assert "lumme" not in browser.get(PATH).text.lower()


def test_faults_come_with_advice(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(**LOGINS, library__helka__api_key="")
    page = BeautifulSoup(colleague(portal).sign_in().get(PATH).text, "html.parser")
    (box,) = page.select("section.accounts-box")
    assert "accounts.library.helka.api_key" in box.text
    assert "For example: " in box.text
    of_lumme = colleague(portal, "bob@library.example", library="lumme").sign_in().get(PATH).text
    assert "helka" not in of_lumme.lower()


def test_nothing_changes_by_looking(portal: Portal) -> None:
    browser = colleague(portal).sign_in()
    before = {path: path.read_bytes() for path in Path(portal.folder).glob("*.json")}
    assert browser.post(PATH).status_int == 405
    assert before == {path: path.read_bytes() for path in Path(portal.folder).glob("*.json")}
