"""Somebody at a browser, and everything the browser complained about."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Locator, Page, Response

from discovery_accounts.simulator.records import SimulatedPatron
from tests.browser.serving import Served

SERIOUS = {"serious", "critical"}


class Person:
    """``page`` is Playwright's; what is here are the things people do on many pages.

    ``complaints`` are script errors, refusals by the content policy, and files that did not come.
    """

    def __init__(self, page: Page, site: Served) -> None:
        self.page = page
        self.site = site
        self.complaints: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # a page with another status than 200 is told of, too: that is no fault, and files are seen below
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.complaints.append(f"{self.page.url}: {response.status} of {response.url}")

    def go(self, path: str) -> None:
        self.page.goto(self.site.url + path)

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.site.url)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True)

    def sign_in(self, library: str, patron: SimulatedPatron) -> None:
        """By the form, in any language."""
        self.go("/sign-in/card")
        self.page.locator("[name=library]").select_option(library)
        self.page.locator("[name=card_number]").fill(patron.card_number)
        self.page.locator("[name=pin]").fill(patron.pin)
        self.page.locator("main button[type=submit]").click()
        self.page.wait_for_url("**/loans")

    def add_card(self, library: str, patron: SimulatedPatron, label: str, relation: str = "own") -> None:
        self.go("/cards/link")
        self.page.locator("[name=library]").select_option(library)
        self.page.locator("[name=card_number]").fill(patron.card_number)
        self.page.locator("[name=pin]").fill(patron.pin)
        self.page.locator(f"[name=relation][value={relation}]").check()
        self.page.locator("[name=label]").fill(label)
        self.page.locator("form:has([name=card_number]) button[type=submit]").click()
        self.page.wait_for_url("**/cards")

    def barriers(self) -> list[str]:
        """What axe finds serious or critical on the page as it is shown now; of dark colours only the contrast."""
        self.page.evaluate(Axe().axe_script)
        found = [f"light: {barrier}" for barrier in self._ask_axe({})]
        self.page.emulate_media(color_scheme="dark")
        found += [f"dark: {barrier}" for barrier in self._ask_axe({"runOnly": ["color-contrast"]})]
        self.page.emulate_media(color_scheme="light")
        return found

    def _ask_axe(self, options: dict[str, list[str]]) -> list[str]:
        ask = "options => axe.run({resultTypes: ['violations'], ...options})"
        return [
            f"{violation['id']}: {node['html'][:200]}"
            for violation in self.page.evaluate(ask, options)["violations"]
            if violation["impact"] in SERIOUS
            for node in violation["nodes"]
        ]

    def overflow(self) -> int:
        """How many pixels the page is wider than the window."""
        return int(
            self.page.evaluate(
                "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
            )
        )
