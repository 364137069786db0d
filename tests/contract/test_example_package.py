"""The example package, built and installed beside the portal, is found by its entry point and keeps the contract."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from setuptools import find_packages

from discovery_accounts.connectors.registry import Kinds

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "connector-example"
ASK = "from discovery_accounts.connectors.registry import Kinds; print(*Kinds().names)"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A copy of the package, and where it was installed."""
    copy, target = tmp_path_factory.mktemp("example") / "package", tmp_path_factory.mktemp("installed")
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    offline = ["--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "--quiet"]
    run(["pip", "install", *offline, "--target", str(target), str(copy)], copy)
    return copy, target


def run(module, cwd, *, beside=None):
    """What a module of Python says, with that folder on its path."""
    known = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON"))}
    path = {} if beside is None else {"PYTHONPATH": str(beside)}
    ran = subprocess.run(
        [sys.executable, "-m", *module],
        cwd=cwd,
        env=known | path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-4000:]
    return ran.stdout


def kinds(cwd, **where):
    (cwd / "ask.py").write_text(ASK)
    return run(["ask"], cwd, **where).split()


def test_its_entry_point_alone_makes_it_known(installed):
    copy, target = installed
    assert "example" not in Kinds().names
    assert "example" not in kinds(copy)
    assert "example" in kinds(copy, beside=target)


def test_it_keeps_the_contract(installed):
    copy, target = installed
    shutil.rmtree(copy / "src")  # only what was installed is there
    told = run(["pytest", "-q", "-p", "no:cacheprovider"], copy, beside=target)
    passed = re.search(r"(\d+) passed", told)
    assert passed, told
    assert int(passed[1]) > 150


def test_the_portals_own_package_does_not_bring_it():
    packages = find_packages(str(ROOT / "src"))
    assert "discovery_accounts" in packages
    assert {package.partition(".")[0] for package in packages} == {"discovery_accounts"}
