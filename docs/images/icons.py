"""Draws the icons of the application anew from its mark, in Chromium.

    .venv/bin/python docs/images/icons.py

One that a telephone cuts to its own shape (``maskable``) has the mark within the circle that is never cut off.
"""

import shutil
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

STATIC = Path(__file__).parents[2] / "src" / "discovery_accounts" / "static"
ICONS = (
    ("icon-192.png", 192, 0.84, "transparent"),
    ("icon-512.png", 512, 0.84, "transparent"),
    ("icon-maskable-512.png", 512, 0.56, "#f6f7f5"),
)
"""File, side in pixels, how much of the side the mark takes, and what is behind it."""


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, side, share, behind in ICONS:
            draw(browser, STATIC / name, side, share, behind)
        browser.close()


def draw(browser: Browser, path: Path, side: int, share: float, behind: str) -> None:
    page = browser.new_page(viewport={"width": side, "height": side})
    mark = (STATIC / "mark.svg").read_text()
    page.set_content(
        f"<style>body {{ margin: 0; display: grid; place-items: center; height: 100vh; background: {behind} }}"
        f"svg {{ width: {side * share}px; height: {side * share}px }}</style>{mark}"
    )
    page.screenshot(path=path, omit_background=True)
    page.close()


if __name__ == "__main__":
    main()
