"""Settings of SIP2 libraries: what is refused, and TLS."""

import asyncio
import ssl

import pytest
from tests.factories.authority import Authority
from tests.fixtures.sip2 import OPTIONS, connector_to, populate
from tests.fixtures.sip2_server import Sip2Server

from discovery_accounts.config.reader import read_settings
from discovery_accounts.connectors.api import Unreachable
from discovery_accounts.connectors.registry import open_libraries
from discovery_accounts.connectors.sip2 import wire
from discovery_accounts.connectors.sip2.dialects import DIALECTS

SECRETS = {"PASSWORD": "9Z7-SECRET", "BAD": "a|COb"}


def faults(url="sips://sip2.town.example:6443", stage="production", **keys):
    texts = {"connector": "sip2", "url": url, "user": "portal", "password": "env:PASSWORD", **keys}
    values = {f"accounts.library.town.{name}": text for name, text in texts.items() if text is not None}
    values |= {
        "accounts.libraries": "town",
        "accounts.stage": stage,
        "accounts.public_url": "https://x.example",
        "accounts.database_url": "sqlite:///x.db",
    }
    settings = read_settings(values, SECRETS)
    opened = open_libraries(settings)
    return [fault.key.rpartition(".")[2] for fault in opened.faults.get("town", ())], settings.warnings


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)


def test_a_library_needs_little():
    assert faults() == ([], faults()[1])


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_can_be_named(dialect):
    assert faults(dialect=dialect)[0] == []


@pytest.mark.parametrize(
    ("keys", "faulty"),
    [
        ({"url": "https://sip2.town.example"}, ["url"]),
        ({"url": "sips://sip2.town.example"}, ["url"]),
        ({"url": "sips://sip2.town.example:6443/path"}, ["url"]),
        ({"url": None}, ["url"]),
        ({"user": "a|b"}, ["user"]),
        ({"institution": "A\x1bB"}, ["institution"]),
        ({"password": "env:BAD"}, ["password"]),
        ({"user": None}, ["password"]),
        ({"user": "käyttäjä", "encoding": "ascii"}, ["user"]),
        ({"dialect": "klingon"}, ["dialect"]),
        ({"encoding": "utf-16"}, ["encoding"]),
        ({"patron_id_field": "A|"}, ["patron_id_field"]),
        ({"item_pattern": "(?P<barcode>.*)"}, ["item_pattern"]),
        ({"item_pattern": "("}, ["item_pattern"]),
        ({"pickup_locations": "A = One; A = Two"}, ["pickup_locations"]),
        ({"pickup_locations": ";"}, ["pickup_locations"]),
        ({"connections": "0"}, ["connections"]),
    ],
)
def test_what_could_not_work_is_told_before_it_does_not(keys, faulty):
    assert faults(**keys)[0] == faulty


def test_p5_plain_connections_take_a_switch_and_a_warning():
    """Checklist P5."""
    plain = "sip://sip2.town.example:6001"
    assert faults(url=plain)[0] == ["url"]
    assert faults(url=plain, stage="development")[0] == ["url"]
    assert faults(url="sip://127.0.0.1:6001", stage="development")[0] == []
    assert faults(url="sip://127.0.0.1:6001")[0] == ["url"]
    found, warnings = faults(url=plain, insecure="true")
    assert found == []
    assert any("accounts.library.town.url" in one and "unencrypted" in one for one in warnings)


def test_another_connector_takes_no_sip_address():
    found, _ = faults(
        url="sips://x.example:1", connector="alma", user=None, password=None, api_key="env:PASSWORD"
    )
    assert found == ["url"]


@pytest.fixture
def authority(tmp_path, monkeypatch):
    found = Authority(tmp_path)
    monkeypatch.setattr(
        wire, "verifying_context", lambda: ssl.create_default_context(cafile=str(found.ca_file))
    )
    return found


def server_of(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return Sip2Server(context)


def test_p5_tls_is_spoken_and_the_certificate_looked_at(authority):
    def name(certificate):
        async def read(port):
            connector = connector_to(port, url=f"sips://127.0.0.1:{port}")
            try:
                return (await connector.read_patron("21270000001")).family_name
            finally:
                await connector.close()

        with server_of(certificate) as server:
            populate(server)
            return asyncio.run(read(server.port)), server.heard

    found, heard = name(authority.certificate("right", "127.0.0.1"))
    assert found == "Lovelace"
    assert len(heard) == 3
    for wrong in (
        authority.certificate("elsewhere", "sip2.other.example"),
        authority.certificate("ended", "127.0.0.1", days=-1),
    ):
        with pytest.raises(Unreachable) as failure:
            name(wrong)
        assert "certificate" in str(failure.value)
        assert not failure.value.sent


def test_no_secret_is_in_a_repr():
    connector = connector_to(1)
    assert OPTIONS["password"] not in repr(connector._settings)
