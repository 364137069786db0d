"""Every code that a look at a patron's troubles can end with has words."""

import ast
from pathlib import Path

import discovery_accounts.services
from discovery_accounts.services.sign_in_diagnosis_findings import Look, Reason
from discovery_accounts.web.diagnosis_words import FINDINGS, LOOKS, REASONS

SERVICES = Path(str(discovery_accounts.services.__file__)).parent
MADE_BY = {"fine", "odd", "wrong", "unseen"}


def codes() -> set[str]:
    """What the services say, as far as it stands there in letters."""
    found = set()
    for path in SERVICES.glob("sign_in_diagnosis*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MADE_BY:
                look, code = node.args[:2]
                if isinstance(look, ast.Attribute):
                    told = [one for one in ast.walk(code) if isinstance(one, ast.Constant)]
                    found |= {f"{Look[look.attr]}.{one.value}" for one in told}
    return found


def test_every_look_and_reason_has_words() -> None:
    assert set(LOOKS) == set(Look)
    assert set(REASONS) == set(Reason)
    assert {code.partition(".")[0] for code in FINDINGS} == set(Look)


def test_every_code_in_the_services_has_words() -> None:
    assert len(codes()) > 30
    assert codes() <= set(FINDINGS)
