"""One Chromium for all tests here; a portal over two pretend libraries, served anew for each."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from discovery_accounts.simulator.server import SimulatedLibrary
from tests.browser.person import Person
from tests.browser.serving import HOST, Served, free_port
from tests.factories.portal import open_portal
from tests.fixtures.absent import needs

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 10_000
"""Milliseconds that a condition is waited for."""

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Ends with this folder: while Playwright lives, no other test of this thread could have an event loop."""
    needs("Chromium (Debian: chromium)", CHROMIUM is not None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def make_site(
    chromium: Browser, sqlite_url: str, koha: SimulatedLibrary, alma: SimulatedLibrary, tmp_path: Path
) -> Iterator[Callable[..., Served]]:
    """Serves portals with other settings, written as for ``make_portal``; ``by_address`` gives those that
    depend on the portal's own address."""
    with ExitStack() as stack:

        def make(by_address: Callable[[str], dict[str, str]] | None = None, **overrides: str) -> Served:
            port = free_port()
            url = f"http://{HOST}:{port}"
            more = by_address(url) if by_address else {}
            values = {"public_url": url, "languages": "en fi sv nb", **more, **overrides}
            portal = open_portal(tmp_path, sqlite_url, koha, alma, **values)
            stack.callback(portal.house.close)
            return stack.enter_context(Served(portal, port))

        yield make


@pytest.fixture
def site(make_site: Callable[..., Served]) -> Served:
    return make_site()


@pytest.fixture
def meet(chromium: Browser) -> Iterator[Callable[..., Person]]:
    """People who come with a browser of their own; at the end none may have seen it complain."""
    contexts: list[BrowserContext] = []
    people: list[Person] = []

    def come(site: Served, **manners: object) -> Person:
        context = chromium.new_context(**{"locale": "en-GB", "reduced_motion": "reduce", **manners})  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        person = Person(context.new_page(), site)
        people.append(person)
        return person

    yield come
    complaints = [complaint for person in people for complaint in person.complaints]
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def person(meet: Callable[..., Person], site: Served) -> Person:
    return meet(site)
