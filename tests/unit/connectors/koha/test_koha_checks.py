"""Koha's self-test: the key, and the rights it lacks; nothing is changed and nobody is read."""

import asyncio

import pytest

from discovery_accounts.connectors.api import ChecksItself, LibraryError, Refused
from discovery_accounts.testing.replay import Recorded, json_answer


def lacking(path: str, rights: object) -> Recorded:
    body = {"error": "Authorization failure. Missing required permission(s).", "required_permissions": rights}
    return Recorded("GET", path, json_answer(body, 403))


def enough(*paths: str) -> list[Recorded]:
    found = [Recorded("GET", path, json_answer([])) for path in paths]
    checked = json_answer({"errors": [{"message": "Missing property.", "path": "/body/password"}]}, 400)
    return [*found, Recorded("POST", "/v1/auth/password/validation", checked)]


PATHS = (
    "/v1/patrons",
    "/v1/checkouts",
    "/v1/holds",
    "/v1/items",
    "/v1/suggestions",
    "/v1/patrons/0/account",
    "/v1/patrons/0/extended_attributes",
    "/v1/contrib/kohasuomi/patrons/0/checkouts",
)


def test_the_key_is_tried_anew(live):
    koha = live()
    assert isinstance(koha.connector, ChecksItself)
    assert koha.ask(lambda c: c.read_patron("101"))
    koha.library.clear_calls()
    assert "token" in koha.ask(lambda c: c.check_credentials())
    assert koha.library.count("POST", "/oauth/token") == 1
    koha.library.set_fault("wrong_key", path_contains="/oauth/token")
    with pytest.raises(Refused):
        koha.ask(lambda c: c.check_credentials())


@pytest.mark.parametrize("plugin", [False, True])
def test_a_key_with_every_right_lacks_none_and_nobody_is_read(live, plugin):
    koha = live(plugin=plugin)
    assert list(koha.ask(lambda c: c.check_rights())) == []
    assert {call.method for call in koha.library.calls if "/v1/oauth" not in call.path} <= {"GET", "POST"}
    assert koha.calls("POST") == ["/api/v1/auth/password/validation"]
    assert all(call.patron_id is None for call in koha.library.calls)


def test_every_missing_right_is_named_once(koha):
    connector, _ = koha(
        lacking("/v1/holds", {"reserveforothers": "place_holds"}),
        lacking("/v1/patrons/0/account", {"borrowers": "edit_borrowers", "updatecharges": "remaining"}),
        lacking("/v1/patrons/0/extended_attributes", {"borrowers": "edit_borrowers"}),
        lacking("/v1/items", {"catalogue": "1"}),
        *enough(*PATHS),
    )
    assert list(asyncio.run(connector.check_rights())) == [
        "reserveforothers:place_holds",
        "borrowers:edit_borrowers",
        "updatecharges:remaining",
        "catalogue:1",
    ]


def test_the_plugin_is_asked_where_it_is_said_to_be(koha):
    right = {"borrowers": "view_borrower_infos_from_any_libraries"}
    path = "/v1/contrib/kohasuomi/patrons/0/checkouts"
    for plugin, named in ((True, ["borrowers:view_borrower_infos_from_any_libraries"]), (False, [])):
        connector, transport = koha(lacking(path, right), *enough(*PATHS), di_plugin=plugin)
        assert list(asyncio.run(connector.check_rights())) == named
        assert transport.count("GET", path) == len(named)


@pytest.mark.parametrize("fault", ["error_500", "cut_connection", "too_many"])
def test_trouble_is_no_right_that_is_there(live, fault):
    koha = live()
    koha.library.set_fault(fault, path_contains="/holds")
    with pytest.raises(LibraryError):
        koha.ask(lambda c: c.check_rights())
