"""The reference in the documentation, and ``settings show``."""

import pytest

from discovery_accounts.config.keys import Key, ReadContext
from discovery_accounts.config.named_keys import LIBRARY_KEYS, LOGIN_KEYS
from discovery_accounts.config.parsers import secret, text
from discovery_accounts.config.portal_keys import PORTAL_KEYS
from discovery_accounts.config.reader import read_settings
from discovery_accounts.config.reference import settings_table, show

KOHA = (Key("client_id", text, help="a | b"), Key("client_secret", secret, secret=True))
VALUES = {
    "accounts.stage": "development",
    "accounts.database_url": "postgresql+psycopg://u:hunter2@h/d",
    "accounts.libraries": "lumme helka",
    "accounts.library.lumme.connector": "koha",
    "accounts.library.lumme.name.fi": "LUMME",
    "accounts.library.lumme.client_id": "portal",
    "accounts.library.lumme.client_secret": "hunter2",
    "accounts.trusted_proxies": "10.0.0.0/8",
}


def test_every_key_is_in_the_table_with_its_meaning() -> None:
    rows = settings_table({"Koha": KOHA}).splitlines()
    for prefix, keys in (("accounts.", PORTAL_KEYS), (".", LIBRARY_KEYS), (".", LOGIN_KEYS), (".", KOHA)):
        for key in keys:
            (row, *_) = [row for row in rows if row.startswith(f"| `{prefix}{key.name}` |")]
            assert row.replace("\\|", "").count("|") == 5


@pytest.mark.parametrize("key", [*PORTAL_KEYS, *LIBRARY_KEYS, *LOGIN_KEYS], ids=lambda key: key.name)
def test_every_key_is_explained_and_its_example_is_valid(key: Key) -> None:
    assert key.help
    assert key.example or key.unavailable
    reference = key.example.partition(":")[2] if key.example.startswith("env:") else "X"
    value = "sqlite:///x" if key.name == "database_url" else "x"
    for text_given in filter(None, (key.example, key.default)):
        key.parse(text_given, ReadContext("production", {reference: value}))


def test_what_is_in_force_is_shown_without_secrets() -> None:
    shown = show(read_settings(VALUES, {}), {"koha": KOHA})
    assert "hunter2" not in shown
    lines = shown.splitlines()
    assert "accounts.database_url = postgresql+psycopg://u:***@h/d" in lines
    assert "accounts.limits.account = 10/900s" in lines
    assert "accounts.trusted_proxies = 10.0.0.0/8" in lines
    assert "accounts.library.lumme.client_id = portal" in lines
    assert "accounts.library.lumme.client_secret = ***" in lines
    assert "accounts.library.lumme.timezone = Europe/Helsinki" in lines
    assert "# the library helka is not available:" in lines
    assert all(any(line.startswith(f"accounts.{key.name} =") for line in lines) for key in PORTAL_KEYS)


def test_an_option_that_nobody_declared_is_not_shown() -> None:
    assert "portal" not in show(read_settings(VALUES, {})).partition("client_id = ")[2].splitlines()[0]
