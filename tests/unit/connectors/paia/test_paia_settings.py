"""What may be set for a PAIA library."""

import asyncio

import pytest

from discovery_accounts.config.keys import ReadContext, read_keys
from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.api import PickupLocation
from discovery_accounts.connectors.paia import KIND
from discovery_accounts.connectors.paia.settings import PaiaSettings
from discovery_accounts.testing.replay import Recorded, ReplayTransport, json_answer

KEY = {"client_id": "portal", "client_secret": "never-shown-9Z7"}


def read(**given):
    return read_keys(KIND.keys, KEY | given, "accounts.library.town.", ReadContext("development", {}))


def settings(**given):
    values, faults = read(**given)
    assert not faults
    return PaiaSettings.of(LibrarySettings("town", "paia", currency="SEK"), values)


def test_what_is_left_out_is_as_the_standard_has_it():
    found = settings()
    assert (found.core_path, found.auth_path, found.by_patron) == ("/core", "/auth", True)
    assert (found.currency, found.pickups, found.places_holds) == ("SEK", (), False)
    assert "never-shown" not in repr(found)


@pytest.mark.parametrize(("given", "path"), [("/DE-1/core", "/DE-1/core"), ("/core/", "/core"), ("/", "")])
def test_paths(given, path):
    assert settings(core_path=given).core_path == path


@pytest.mark.parametrize("given", ["core", "/a//b", "/../x", "/a?b", "/ä", "https://x/core"])
def test_what_is_no_path(given):
    _, (fault,) = read(core_path=given)
    assert fault.key.endswith("core_path")


def test_places_are_uris_with_names_that_may_have_an_equals_sign():
    found = settings(pickup_locations="https://x.example/d?id=1 = Main = big; urn:x:2").pickups
    assert found == (PickupLocation("https://x.example/d?id=1", "Main = big"), PickupLocation("urn:x:2"))


@pytest.mark.parametrize("given", ["MAIN = Main", ";", "urn:x:1; urn:x:1"])
def test_what_are_no_places(given):
    assert [fault.key for fault in read(pickup_locations=given)[1]] == [
        "accounts.library.town.pickup_locations"
    ]


def test_the_key_must_be_set():
    _, faults = read_keys(KIND.keys, {}, "accounts.library.town.", ReadContext("development", {}))
    assert {fault.key.rpartition(".")[2] for fault in faults} == {"client_id", "client_secret"}


def test_a_prefix_is_the_beginning_of_an_uri():
    assert read(edition_prefix="edition/")[1]
    prefixes = settings(edition_prefix="https://x.example/e/", item_prefix="urn:i:").prefixes
    assert (
        prefixes.edition_uri("7") == prefixes.edition_uri("https://x.example/e/7") == "https://x.example/e/7"
    )
    assert prefixes.item_uri("a b") is None
    assert prefixes.record_id("https://x.example/e/7") == "7"
    assert prefixes.record_id("https://elsewhere.example/7") == "https://elsewhere.example/7"


def test_paths_below_the_base_are_asked():
    values, _ = read(core_path="/DE-1/core", auth_path="/DE-1/auth")
    token = {"access_token": "t0ken", "patron": "57"}
    transport = ReplayTransport(
        [
            Recorded("POST", "/DE-1/auth/login", json_answer(token)),
            Recorded("GET", "/DE-1/core/57", json_answer({"name": "Jane"})),
        ]
    )
    connector = KIND.build(LibrarySettings("town", "paia"), values, transport)
    asyncio.run(connector.read_patron("57"))
    assert [request.path for request in transport.requests] == ["/DE-1/auth/login", "/DE-1/core/57"]
