"""Every page about whose cards are seen by whom, in one table."""

from discovery_accounts.web.pages import barcode, family, phone
from discovery_accounts.web.route import PAGE, PLAIN, Route

FAMILY_PAGES = (
    Route("family", "/family", {"GET": (family.show, PAGE)}),
    Route("card_barcode", "/cards/{card}/barcode", {"GET": (barcode.show, PAGE)}),
    Route("manifest", "/manifest.webmanifest", {"GET": (phone.manifest, PLAIN)}),
    Route("service_worker", "/service-worker.js", {"GET": (phone.service_worker, PLAIN)}),
)
