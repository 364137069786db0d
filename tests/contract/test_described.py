"""What our connectors send fits the systems' own descriptions, as a mock that nobody here wrote reads them.

Every verb is used once against the simulator; each request whose path the description has is then sent to the
mock. What the description has not is listed by name, so that it can't grow unseen.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.contract.described_world import DescribedWorld, Description, refusals
from tests.fixtures.prism_mock import StartPrism

from discovery_accounts.connectors.api import Capability, MakesPatrons, PatronDetails, PatronRef
from discovery_accounts.connectors.transport import HttpRequest
from discovery_accounts.simulator.server import SimulatedLibrary
from discovery_accounts.testing.connector_world import PatronKind
from discovery_accounts.testing.contract_act_table import ACTS
from discovery_accounts.testing.contract_base import ContractBase
from discovery_accounts.testing.contract_reading import READINGS

DESCRIPTIONS = {"koha": "koha/koha-rest.openapi.json", "alma": "alma/alma-users.openapi.json"}
BASES = {"koha": "/api", "alma": ""}

# Calls that the descriptions in hand do not have: each with where it is told of.
NOT_DESCRIBED = {
    "koha": {
        "GET /api/v1/suggestions",
        "POST /api/v1/suggestions",
        "POST /api/v1/public/patrons/{}/self_renewal",
    },
    "alma": {
        "POST /almaws/v1/users",
        "DELETE /almaws/v1/users/{}",
        "GET /almaws/v1/conf/libraries",
        "GET /almaws/v1/bibs/{}/request-options",
        "GET /almaws/v1/bibs/test",
        "GET /almaws/v1/users/{}/purchase-requests",
        "POST /almaws/v1/users/{}/purchase-requests",
    },
}


@pytest.fixture(params=["koha", "alma"])
def world(request: pytest.FixtureRequest) -> Iterator[DescribedWorld]:
    with SimulatedLibrary(request.param, patrons=12) as library:
        yield DescribedWorld(library, {}, BASES[request.param])


def use_everything(world: DescribedWorld) -> set[Capability]:
    """Every verb of the connector, once; which capabilities that was."""
    contract = ContractBase()
    able = contract.able(world)
    used = _use_patrons(contract, world) | _use_loans(contract, world)
    for capability, read in READINGS.items():
        if capability in able:
            patron = world.patron(PatronKind.GOOD)
            contract.ask(world, lambda one, read=read, patron=patron: read(one, patron.patron_id))
            used.add(capability)
    for act in ACTS:
        if act.capability in able:
            patron = world.patron(PatronKind.ANOTHER)
            do = act.prepare(contract, world, patron)
            contract.ask(world, lambda one, do=do, patron=patron: do(one, patron.patron_id))
            used.add(act.capability)
    return used


def _use_patrons(contract: ContractBase, world: DescribedWorld) -> set[Capability]:
    patron = world.patron(PatronKind.GOOD)
    field, value = world.give_shared_id(patron, "shared-4711")
    made = contract.ask(world, _make)
    for question in (
        lambda one: one.verify_patron(patron.card_number, patron.pin),
        lambda one: one.verify_patron(patron.card_number, "wrong"),
        lambda one: one.check_pin(PatronRef(patron.patron_id, patron.card_number), patron.pin),
        lambda one: one.read_patron(patron.patron_id),
        lambda one: one.find_patrons(field, value),
        lambda one: one.find_patrons("card_number", patron.card_number),
        lambda one: one.find_by_email("reader1@koha.example"),
        lambda one: one.change_patron(patron.patron_id, PatronDetails(phone="+358401234567")),
        lambda one: one.remove_patron(made),
        lambda one: one.check_credentials(),
        lambda one: one.check_rights(),
    ):
        contract.ask(world, question)
    return {
        Capability.VERIFY_PATRON,
        Capability.READ_PATRON,
        Capability.FIND_PATRONS,
        Capability.MAKE_PATRONS,
        Capability.CHANGE_PATRONS,
        Capability.REMOVE_PATRONS,
        Capability.HEAR_NEWS,  # nothing is sent for it
    }


async def _make(connector: MakesPatrons) -> str:
    details = PatronDetails(given_names="Ada", family_name="Reader", email="ada@reader.example")
    return (await connector.make_patron(details, "once-4711")).patron_id


def _use_loans(contract: ContractBase, world: DescribedWorld) -> set[Capability]:
    patron = world.patron(PatronKind.GOOD)
    loans = contract.ask(world, lambda one: one.list_loans(patron.patron_id))
    contract.ask(world, lambda one: one.read_loan(patron.patron_id, loans[0].loan_id))
    contract.ask(world, lambda one: one.renew_loans(patron.patron_id, [loans[-1].loan_id]))
    return {Capability.LIST_LOANS, Capability.ASK_RENEWABILITY, Capability.RENEW_LOANS}


def test_what_is_sent_fits_the_description(
    world: DescribedWorld, contracts: Path, start_prism: StartPrism, capsys: pytest.CaptureFixture[str]
) -> None:
    kind = world.library.kind
    description = Description(contracts / DESCRIPTIONS[kind])
    able = ContractBase().able(world)
    assert use_everything(world) >= able
    described, others = [], set()
    for path, request in world.requests:
        operation = description.find(request.method, path)
        if operation is None:
            others.add(f"{request.method} {_without_ids(path)}")
        else:
            described.append((path, _as_described(request)))
    with capsys.disabled():
        print(f"\n{kind}: {len(described)} requests described, not described: {sorted(others)}")
    assert refusals(start_prism(DESCRIPTIONS[kind]), described) == []
    assert others == NOT_DESCRIBED[kind]
    assert len(described) > 30


def _as_described(request: HttpRequest) -> HttpRequest:
    """The request in the place where the description has each part of it. Twice that is another place:

    Alma marks the query parameter ``password`` of ``op=auth`` required, though the header takes its place. Koha
    takes ``q`` in the body of a GET as well, which OpenAPI can't say; there it is in no log of addresses.
    """
    if request.params.get("op") == "auth":
        return replace(request, params={**request.params, "password": "in-the-header"})
    if request.method == "GET" and request.json is not None:
        return replace(request, params={**request.params, "q": json.dumps(request.json)}, json=None)
    return request


def _without_ids(path: str) -> str:
    return "/".join(
        "{}" if any(sign.isdigit() for sign in part) and part != "v1" else part for part in path.split("/")
    )


def test_a_request_that_does_not_fit_is_caught(start_prism: StartPrism) -> None:
    """The mock is no rubber stamp."""
    address = start_prism(DESCRIPTIONS["koha"])
    headers = {"Authorization": "Bearer x"}
    bad = [
        ("/api/v1/patrons/abc/checkouts", HttpRequest("GET", "", headers=headers)),
        ("/api/v1/holds", HttpRequest("POST", "", headers=headers, json={"patron_id": 1})),
    ]
    assert len(refusals(address, bad)) == len(bad)
