"""What the documentation says is so: settings, links, commands, jobs, metrics."""

import importlib.util
import re
from collections.abc import Iterable
from configparser import RawConfigParser
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest

from discovery_accounts.cli import main
from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.registry import PROTOCOLS
from discovery_accounts.services.job_table import JOBS
from discovery_accounts.telemetry.metrics import Metrics
from discovery_accounts.testing.replay import ReplayTransport
from discovery_accounts.web.api.document import operations

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "src").rglob("README.md")])
INI_FILES = ("development.ini", "production.ini.example")

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`|^```[a-z]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"discovery-accounts((?: --config \S+)?(?: [a-z][a-z-]*)+)")
_NAMED = re.compile(r"accounts\.(?:library|login|source)\.[^.]+")


def named(pages: Iterable[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("page", pages, ids=lambda page: str(page.relative_to(ROOT)))


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def code_of(page: Path) -> list[str]:
    return [inline or block for inline, block in _CODE.findall(page.read_text("utf-8"))]


def python_in(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def documented_keys() -> set[str]:
    return set(re.findall(r"^\| `([^`]+)` \|", (DOCS / "configuration.md").read_text("utf-8"), re.MULTILINE))


def commands(group: click.Group = main, prefix: tuple[str, ...] = ()) -> dict[tuple[str, ...], click.Command]:
    found: dict[tuple[str, ...], click.Command] = {}
    for name, command in group.commands.items():
        found[*prefix, name] = command
        if isinstance(command, click.Group):
            found |= commands(command, (*prefix, name))
    return found


def test_the_table_of_settings_is_the_one_the_program_reads() -> None:
    present = (DOCS / "configuration.md").read_text("utf-8")
    assert present == generator().page(present), "run: .venv/bin/python docs/generate.py"


def test_the_table_of_capabilities_is_what_the_connectors_declare() -> None:
    present = (DOCS / "capabilities.md").read_text("utf-8")
    assert present == generator().capabilities_page(present), "run: .venv/bin/python docs/generate.py"


@pytest.mark.parametrize("name", INI_FILES)
def test_every_key_of_the_ini_files_is_documented(name: str) -> None:
    parser = RawConfigParser(delimiters=("=",))
    parser.read(ROOT / name)
    keys = [key for section in parser.sections() for key in parser[section] if key.startswith("accounts.")]
    assert keys
    assert {_NAMED.sub("", key) for key in keys} <= documented_keys()


@named(PAGES)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in _LINK.findall(_FENCE.sub("", page.read_text("utf-8"))):
        if re.match(r"https?://|mailto:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        assert not anchor or anchor in anchors(target), link


@named(PAGES)
def test_every_command_that_is_named_exists(page: Path) -> None:
    known = commands()
    for code in code_of(page):
        for words in _COMMAND.findall(code):
            name = tuple(word for word in re.sub(r" --config \S+", "", words).split())
            command = known.get(name[:1])
            assert command is not None, words
            if isinstance(command, click.Group):
                assert name[:2] in known, words


@named(PAGES)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    asked = {word for code in code_of(page) for word in re.findall(r"^make ([a-z]+)", code, re.MULTILINE)}
    assert asked <= targets


def test_every_decision_is_listed() -> None:
    index = (DOCS / "decisions" / "README.md").read_text("utf-8")
    assert set(_LINK.findall(index)) == {path.name for path in (DOCS / "decisions").glob("0*.md")}


def test_every_job_is_explained_to_those_who_run_it() -> None:
    listed = re.findall(r"^\| `([a-z-]+)` \|", (DOCS / "operate.md").read_text("utf-8"), re.MULTILINE)
    assert set(JOBS) <= set(listed)


def test_every_metric_is_explained_to_those_who_run_it() -> None:
    told = re.findall(
        r"^# TYPE (\w+) (?:counter|gauge|histogram)$", Metrics().render().decode(), re.MULTILINE
    )
    listed = re.findall(r"^\| `([a-z_]+)` \|", (DOCS / "operate.md").read_text("utf-8"), re.MULTILINE)
    assert told
    assert {name for name in told if not name.endswith("_created")} <= set(listed)


def test_every_file_that_the_architecture_names_is_there() -> None:
    rows = re.findall(
        r"^\| [^|`]+ \|([^|]*)\|([^|]*)\|$", (DOCS / "architecture.md").read_text("utf-8"), re.MULTILINE
    )
    places = [(room, cell) for row in rows for room, cell in zip(("services", "domain"), row, strict=True)]
    named = [(room, name) for room, cell in places for name in re.findall(r"`(\w+\.py)`", cell)]
    assert named
    source = ROOT / "src" / "discovery_accounts"
    assert [place for place in named if not source.joinpath(*place).is_file()] == []


def test_every_call_of_the_api_is_listed_for_portals() -> None:
    text = (DOCS / "connect-your-portal.md").read_text("utf-8")
    paths = {operation.path for operation in operations()} - {"/openapi.json"}
    plain = {re.sub(r"\{[a-z]+\}", "{id}", path): path for path in paths}
    assert [path for short, path in sorted(plain.items()) if short not in text and path not in text] == []


def test_every_capability_is_explained_to_those_who_write_a_connector() -> None:
    text = (DOCS / "add-a-connector.md").read_text("utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)` \| `(\w+)` \|", text, re.MULTILINE)
    assert rows == [(capability.name, protocol.__name__) for capability, protocol in PROTOCOLS.items()]


@named(PAGES)
def test_examples_in_python_are_python(page: Path) -> None:
    for block in python_in(page):
        compile(block, str(page), "exec")


def test_the_skeleton_of_a_connector_can_what_it_declares() -> None:
    names: dict[str, Any] = {}
    exec(python_in(DOCS / "add-a-connector.md")[0], names)
    connector = names["KIND"].build(LibrarySettings("ours", "ours"), {"api_key": None}, ReplayTransport([]))
    for capability, protocol in PROTOCOLS.items():
        assert (capability in connector.capabilities) != (capability in connector.absent)
        assert capability not in connector.capabilities or isinstance(connector, protocol)
