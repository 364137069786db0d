"""Takes the pictures beside this file again: a parent's loans page, from the demo, in Chromium.

    .venv/bin/python docs/images/take.py

It starts the demo on a free port in a folder of its own, so that nothing of yours is shown or changed.
"""

import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

HERE = Path(__file__).parent
SETTINGS = HERE.parents[1] / "development.ini"
CARD = re.compile(r"card (\S+) +PIN (\d+) .* loans +(.+)")

SIZES = ((1280, 960, 1), (360, 780, 2))
"""Width and height of the window, and pixels of the picture to each of its pixels."""


def main() -> None:
    with demo() as (url, libraries), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(locale="en-GB", color_scheme="light", reduced_motion="reduce")
        lumme, helka = libraries
        fill(page, f"{url}/sign-in/card", "lumme", lumme["an ordinary card"])
        for library, card, name, whose in (
            ("lumme", lumme["a child's card"], "Elsa", "looked_after"),
            ("helka", helka["a child's card"], "Onni", "looked_after"),
            ("helka", helka["an ordinary card"], "University", "own"),
        ):
            page.goto(f"{url}/cards/link")
            page.locator(f"[value={whose}]").check()
            page.locator("[name=label]").fill(name)
            fill(page, None, library, card)
        state = page.context.storage_state()
        for width, height, scale in SIZES:
            window = {"width": width, "height": height}
            page = browser.new_page(
                locale="en-GB", storage_state=state, viewport=window, device_scale_factor=scale
            )
            page.goto(f"{url}/loans")
            expect(page.get_by_text("Asking the library")).to_have_count(0)
            page.screenshot(path=HERE / f"loans-{width}.png")
        browser.close()


@contextmanager
def demo() -> Iterator[tuple[str, list[dict[str, tuple[str, str]]]]]:
    """Its address, and for each library number and PIN of its cards by what the demo calls them."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(SETTINGS, folder)
        command = [sys.executable, "-m", "discovery_accounts", "demo", "--port", str(port)]
        with subprocess.Popen(  # noqa: S603 (our own program, own words)
            command, cwd=folder, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            said = ""
            for line in process.stdout:
                said += line
                if "Ctrl-C" in line:
                    break
            try:
                parts = said.split("(pretend")[1:]
                cards = [{card[3]: (card[1], card[2]) for card in CARD.finditer(part)} for part in parts]
                yield f"http://127.0.0.1:{port}", cards
            finally:
                process.terminate()


def fill(page: Page, url: str | None, library: str, card: tuple[str, str]) -> None:
    """Library, number and PIN of a form, and send it."""
    if url:
        page.goto(url)
    page.locator("[name=library]").select_option(library)
    page.locator("[name=card_number]").fill(card[0])
    page.locator("[name=pin]").fill(card[1])
    page.locator("main button[type=submit]").click()
    page.locator("h1", has_text=re.compile("Loans|Cards")).wait_for()


if __name__ == "__main__":
    main()
