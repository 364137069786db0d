"""Checklist O7: where a provider may be, and over what."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.factories.authority import Authority
from tests.fixtures.openid.pretend import PretendProvider

from discovery_accounts.login.claim import Claim, NoClaim
from discovery_accounts.login.oidc.provider import OidcLogin
from discovery_accounts.login.oidc.reach import may_reach
from discovery_accounts.login.provider import ProviderFailure, Start

PUBLIC = ["193.166.3.2", "2001:4860:4860::8888", "64:ff9b::c1a6:302", "::ffff:193.166.3.2"]
OUR_OWN = [
    "127.0.0.1",
    "127.8.8.8",
    "::1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "fd00::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
]
NEVER = [
    "169.254.169.254",
    "fe80::1%eth0",
    "0.0.0.0",
    "::",
    "224.0.0.1",
    "ff02::1",
    "255.255.255.255",
    "::ffff:169.254.169.254",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_o7_public_addresses_may_be_called(address: str) -> None:
    assert may_reach(address, private=False)
    assert may_reach(address, private=True)


@pytest.mark.parametrize("address", OUR_OWN)
def test_o7_our_own_network_only_where_a_setting_says_so(address: str) -> None:
    assert not may_reach(address, private=False)
    assert may_reach(address, private=True)


@pytest.mark.parametrize("address", NEVER)
def test_o7_some_addresses_may_never_be_called(address: str) -> None:
    assert not may_reach(address, private=False)
    assert not may_reach(address, private=True)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """One that nobody trusts without being told to."""
    return Authority(tmp_path)


@pytest.fixture
def secured(authority: Authority, make_provider: Callable[..., PretendProvider]) -> PretendProvider:
    return make_provider(authority.server())


def test_a_provider_in_our_network_with_a_certificate_of_our_own_works_in_production(
    secured: PretendProvider, authority: Authority, make_login: Callable[..., OidcLogin]
) -> None:
    login = make_login(
        development=False, issuer=secured.issuer, ca_file=str(authority.ca_file), private_addresses="yes"
    )
    departure = login.begin(Start("fi"))
    secured.id_token = secured.sign(secured.claims(departure))
    found: Claim | NoClaim = login.complete(departure.memory, secured.answer(departure))
    assert isinstance(found, Claim)


def test_o7_a_certificate_that_nobody_vouches_for_is_refused(
    secured: PretendProvider, make_login: Callable[..., OidcLogin]
) -> None:
    login = make_login(issuer=secured.issuer)
    with pytest.raises(ProviderFailure) as failed:
        login.begin(Start("fi"))
    assert failed.value.code == "certificate_refused"
    assert secured.seen == []


def test_o7_a_certificate_for_another_name_is_refused(
    authority: Authority, make_provider: Callable[..., PretendProvider], make_login: Callable[..., OidcLogin]
) -> None:
    elsewhere = make_provider(authority.server(), host="localhost")
    login = make_login(issuer=elsewhere.issuer, ca_file=str(authority.ca_file))
    with pytest.raises(ProviderFailure) as failed:
        login.begin(Start("fi"))
    assert failed.value.code == "certificate_refused"
    assert elsewhere.seen == []


def test_a_file_of_certificates_that_holds_none_is_told(
    tmp_path: Path, secured: PretendProvider, make_login: Callable[..., OidcLogin]
) -> None:
    empty = tmp_path / "ca.pem"
    empty.write_text("no certificate")
    with pytest.raises(ProviderFailure) as failed:
        make_login(issuer=secured.issuer, ca_file=str(empty)).begin(Start("fi"))
    assert failed.value.code == "certificates_unreadable"
