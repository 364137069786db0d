"""Checking a SAML answer with two signatures, against pysaml2 as it comes; the answers are of SimpleSAMLphp."""

import logging
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from _table import Row, at_most, middle, show, told

sys.path.append(str(Path(__file__).parents[1]))  # the provider is the one of the tests

from tests.factories.saml_login import PAGES, Service, open_saml_login
from tests.fixtures.saml_provider import SamlProvider, present, running_saml_provider

from discovery_accounts.login.claim import Claim
from discovery_accounts.login.provider import Answer, Start

ROUNDS = 15
MOST = 0.5  # of the work of pysaml2 as it comes

Sent = tuple[dict[str, str], dict[str, str]]


def stock_client(folder: Path, provider: SamlProvider) -> Any:
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


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds: on the clock, and of all processors, that of xmlsec1 included."""

    time: float
    work: float


def cost(work: Callable[[], object]) -> Cost:
    started, before = time.perf_counter(), _work()
    assert work()
    return Cost(1000 * (time.perf_counter() - started), 1000 * (_work() - before))


def _work() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def by_stock(client: Any, sent: Sent) -> Cost:
    memory, fields = sent
    return cost(
        lambda: (
            client.parse_authn_request_response(
                fields["SAMLResponse"],
                "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
                outstanding={memory["request"]: "/"},
                conv_info={"entity_id": f"{PAGES}/metadata"},
            ).ava
        )
    )


def by_ours(service: Service, sent: Sent) -> Cost:
    memory, fields = sent
    return cost(lambda: isinstance(service.login.complete(memory, Answer(fields)), Claim))


def answers(service: Service, provider: SamlProvider, options: dict[str, bool]) -> list[Sent]:
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
            rows: list[Row] = []
            for what, options in (
                ("two signatures", {}),
                ("two signatures, encrypted", {"assertion.encryption": True}),
            ):
                sent = answers(service, provider, options)
                # the first loads schemas
                rows += compared(
                    what, [(by_ours(service, each), by_stock(client, each)) for each in sent][1:]
                )
            begun = [cost(lambda: service.login.begin(Start("en"))).time for _ in range(ROUNDS)]
    rows.append(told("a request", middle(begun), "ms"))
    show(title, rows, f"Medians of {ROUNDS - 1} answers, each checked by both in turn.")


def compared(what: str, pairs: list[tuple[Cost, Cost]]) -> list[Row]:
    ours, stock = ([each[side] for each in pairs] for side in (0, 1))
    work, stock_work = (middle([each.work for each in side]) for side in (ours, stock))
    clock, stock_clock = (middle([each.time for each in side]) for side in (ours, stock))
    return [
        at_most(f"{what}, CPU", work, stock_work, MOST, "pysaml2"),
        told(f"{what}, time", clock, "ms", f"{stock_clock:.4g} ms pysaml2", f"{clock / stock_clock:.3f}"),
    ]


if __name__ == "__main__":
    main()
