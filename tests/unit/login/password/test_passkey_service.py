"""Which addresses can have passkeys, and answers that are none."""

import pytest

from discovery_accounts.login.password import passkeys

SERVICE = passkeys.Service("accounts.library.example", "My library", "https://accounts.library.example")


@pytest.mark.parametrize(
    ("public_url", "host", "origin"),
    [
        ("https://accounts.library.example", "accounts.library.example", "https://accounts.library.example"),
        ("https://library.example:8443/portal", "library.example", "https://library.example:8443"),
        ("http://localhost:6543", "localhost", "http://localhost:6543"),
    ],
)
def test_passkeys_belong_to_the_host_of_the_public_url(public_url: str, host: str, origin: str) -> None:
    service = passkeys.Service.at(public_url, "My library")
    assert service is not None
    assert (service.host, service.origin) == (host, origin)


@pytest.mark.parametrize("public_url", ["http://127.0.0.1:6543", "http://[::1]:6543", "nothing"])
def test_an_address_in_numbers_has_none(public_url: str) -> None:
    assert passkeys.Service.at(public_url, "My library") is None


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", '{"rawId": 1}', "x" * 20_000, '{"rawId": "AA", "id": "AA"}']
)
def test_what_is_no_answer_proves_nothing(answer: str) -> None:
    known = passkeys.Known(b"id", b"key", 0)
    assert passkeys.made(SERVICE, b"challenge", answer) is None
    assert passkeys.used(SERVICE, b"challenge", known, answer) is None


def test_no_key_is_in_a_repr() -> None:
    assert "secret" not in repr(passkeys.Known(b"secret id", b"secret key", 0))
