"""What every connector here can do, side by side; `pytest tests/contract -k table -s` shows it."""

import importlib.util
from pathlib import Path

from tests.contract.memory_world import MemoryWorld
from tests.contract.test_contract_catches import Faulty

from discovery_accounts.connectors.api import Capability
from discovery_accounts.testing.capabilities import markdown, table

GENERATOR = Path(__file__).parents[2] / "docs" / "generate.py"


def connectors():
    spec = importlib.util.spec_from_file_location("docs_generate", GENERATOR)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return dict(module.connectors())


def test_the_table_says_of_every_capability_yes_or_why_not():
    here = connectors()
    print("\n" + markdown(here))
    rows = table(here)
    assert [row.capability for row in rows] == list(Capability)
    assert {"Koha", "Alma", "Pretend library"} <= here.keys()
    for row in rows:
        assert all(reason.strip() for reason in row.absent.values())
        assert "Pretend library" not in row.absent


def test_a_reason_stands_once_in_the_table_for_all_that_it_takes_away():
    class RenewsNothing(Faulty):
        capabilities = frozenset(Capability) - {Capability.RENEW_LOANS, Capability.ASK_RENEWABILITY}
        absent = dict.fromkeys((Capability.RENEW_LOANS, Capability.ASK_RENEWABILITY), "no renewals there")

    written = markdown({"One": MemoryWorld().connect(), "Two": RenewsNothing(None)})
    assert "| `renew_loans` | yes | – |" in written
    assert "- `ask_renewability`, `renew_loans`: no renewals there" in written
    assert written.count("no renewals there") == 1
    assert "## One\n\nEverything." in written
