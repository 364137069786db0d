"""A card on the screen of a telephone: keeping it there, what the browser keeps, and what a scanner makes of it."""

import base64
from collections.abc import Callable

import zxingcpp
from playwright.sync_api import Page, expect

from discovery_accounts.models import LibraryCard
from tests.browser.person import Person
from tests.browser.serving import Served
from tests.factories.rows import rows

PHONE = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "has_touch": True}
FROM_DEVICE = "Shown from this device."
_GREY = """async (png) => {
  const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
  canvas.drawImage(picture, 0, 0);
  const { data } = canvas.getImageData(0, 0, picture.width, picture.height);
  let grey = "";
  for (let at = 0; at < data.length; at += 4) {
    grey += String.fromCharCode(Math.round(0.3 * data[at] + 0.59 * data[at + 1] + 0.11 * data[at + 2]));
  }
  return [picture.width, picture.height, btoa(grey)];
}"""
_CACHES = """async () => {
  const kept = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) kept.push(new URL(request.url).pathname);
  }
  return kept.sort();
}"""


def card_of(site: Served, library: str = "lumme") -> str:
    """The path of the page of the one card of ``library`` there is."""
    [card] = rows(site.portal.house, LibraryCard, library=library)
    return f"/cards/{card.id}/barcode"


def in_groups(number: str) -> str:
    """A number of eleven or more digits as people see it."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def somebody_with_a_card(meet: Callable[..., Person], site: Served, **manners: object) -> tuple[Person, str]:
    """Signed in on a telephone, with the card's page open, and its path."""
    person = meet(site, **{**PHONE, **manners})
    person.sign_in("lumme", site.portal.patron("lumme"))
    path = card_of(site)
    person.go(path)
    return person, path


def keep(person: Person) -> None:
    person.button("Keep this card on this device").click()
    expect(person.page.get_by_role("status")).to_have_text("The card is on this device now.")


def kept_in(page: Page) -> list[str]:
    """Every address of which this browser keeps a copy, of whatever page."""
    return list(page.evaluate(_CACHES))


def scanned(person: Person) -> tuple[str, str]:
    """Kind and content of the barcode that is on the screen just now."""
    picture = base64.b64encode(person.page.screenshot()).decode()
    workbench = person.page.context.browser.new_page()  # type: ignore[union-attr]
    width, height, grey = workbench.evaluate(_GREY, picture)
    workbench.close()
    seen = zxingcpp.read_barcodes(memoryview(base64.b64decode(grey)).cast("B", (height, width)))
    assert len(seen) == 1, seen
    return seen[0].format.name, seen[0].text
