"""Checking a SAML answer with two signatures, against pysaml2 as it comes; the answers are of SimpleSAMLphp."""

import logging
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from _table import at_most, middle, show, told

sys.path.append(str(Path(__file__).parents[1]))  # the provider is the one of the tests

from tests.factories.saml_login import PAGES, Service, open_saml_login
from tests.fixtures.saml_provider import SamlProvider, present, running_saml_provider

from discovery_accounts.login.claim import Claim
from discovery_accounts.login.provider import Answer, Start

ROUNDS = 15
MOST = 0.5  # of the time of pysaml2 as it comes

Sent = tuple[dict[str, str], dict[str, str]]


def stock_client(folder: Path, provider: SamlProvider) -> object:
    """A client of pysaml2 with the settings that its documentation begins with, and the same keys."""
    from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
    from saml2.client import Saml2Client
    from saml2.config import SPConfig

    config = SPConfig()
    config.load(
        {
            "entityid": f"{PAGES}/metadata",
            "key_file": str(folder / "sp.key"),
            "cert_file": str(folder / "sp.crt"),
            "encryption_keypairs": [
                {"key_file": str(folder / "sp.key"), "cert_file": str(folder / "sp.crt")}
            ],
            "xmlsec_binary": "/usr/bin/xmlsec1",
            "allow_unknown_attributes": True,
            "accepted_time_diff": 60,
            "metadata": {"local": [str(provider.metadata_file)]},
            "service": {
                "sp": {
                    "endpoints": {
                        "assertion_consumer_service": [(f"{PAGES}/acs", BINDING_HTTP_POST)],
                        "single_logout_service": [(f"{PAGES}/slo", BINDING_HTTP_REDIRECT)],
                    },
                    "want_assertions_signed": True,
                    "want_response_signed": False,
                }
            },
        }
    )
    return Saml2Client(config=config)


def by_stock(client: object, sent: Sent) -> float:
    """Milliseconds of one answer."""
    memory, fields = sent
    started = time.perf_counter()
    parsed = client.parse_authn_request_response(  # type: ignore[attr-defined]
        fields["SAMLResponse"],
        "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
        outstanding={memory["request"]: "/"},
        conv_info={"entity_id": f"{PAGES}/metadata"},
    )
    taken = 1000 * (time.perf_counter() - started)
    assert parsed.ava
    return taken


def by_ours(service: Service, sent: Sent) -> float:
    """Milliseconds of one answer."""
    memory, fields = sent
    started = time.perf_counter()
    found = service.login.complete(memory, Answer(fields))
    taken = 1000 * (time.perf_counter() - started)
    assert isinstance(found, Claim)
    return taken


def answers(service: Service, provider: SamlProvider, options: dict[str, object]) -> list[Sent]:
    provider.set_service_options(options)
    visitor = provider.visitor()
    sent: list[Sent] = []
    for _ in range(ROUNDS):
        departure = service.login.begin(Start("en"))
        sent.append((dict(departure.memory), visitor.sign_in(departure.url, "ada").fields))
    return sent


def main() -> None:
    title = "SAML: checking an answer, against pysaml2 as it comes"
    if not present():
        show(title, [], "Left out: SimpleSAMLphp and xmlsec1 are not installed here.")
        return
    logging.getLogger("saml2").setLevel(logging.CRITICAL + 1)
    with TemporaryDirectory() as name:
        folder, provider_folder = Path(name), Path(name) / "provider"
        provider_folder.mkdir()
        with running_saml_provider(provider_folder) as provider:
            service = open_saml_login(folder, provider)
            client = stock_client(folder, provider)
            two = answers(service, provider, {})
            sealed = answers(service, provider, {"assertion.encryption": True})
            pairs = [(by_ours(service, each), by_stock(client, each)) for each in two]
            pairs_sealed = [(by_ours(service, each), by_stock(client, each)) for each in sealed]
            begun = [_begin(service) for _ in range(ROUNDS)]
    ours, stock = (middle(each) for each in zip(*pairs[1:], strict=True))
    ours_sealed, stock_sealed = (middle(each) for each in zip(*pairs_sealed[1:], strict=True))
    rows = [
        at_most("two signatures", ours, stock, MOST, "pysaml2"),
        told(
            "two signatures, encrypted",
            ours_sealed,
            "ms",
            f"{stock_sealed:.4g} ms pysaml2",
            f"{ours_sealed / stock_sealed:.3f}",
        ),
        told("a request", middle(begun), "ms"),
    ]
    show(title, rows, f"Medians of {ROUNDS - 1} answers, each checked by both in turn.")


def _begin(service: Service) -> float:
    started = time.perf_counter()
    service.login.begin(Start("en"))
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    main()
