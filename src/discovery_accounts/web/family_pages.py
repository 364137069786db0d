"""Every page about whose cards are seen by whom, in one table."""

from discovery_accounts.web.pages import (
    barcode,
    calendar,
    card_log,
    family,
    holder_proof,
    invitations,
    link_letter,
    phone,
    reminders,
    viewers,
)
from discovery_accounts.web.route import BY_MAIL, OPEN, PAGE, PLAIN, Route

FAMILY_PAGES = (
    Route(
        "card_viewers", "/cards/{card}/viewers", {"GET": (viewers.show, PAGE), "POST": (viewers.change, PAGE)}
    ),
    Route(
        "card_holder",
        "/cards/{card}/holder",
        {"GET": (holder_proof.show, PAGE), "POST": (holder_proof.go_on, PAGE)},
    ),
    Route(
        "link_letter",
        "/link-letters/{token}",
        {"GET": (link_letter.show, OPEN), "POST": (link_letter.answer, OPEN)},
    ),
    Route(
        "card_invite",
        "/cards/{card}/invite",
        {"GET": (invitations.show_invite, PAGE), "POST": (invitations.invite, PAGE)},
    ),
    Route(
        "invitations",
        "/invitations",
        {"GET": (invitations.show_entry, PAGE), "POST": (invitations.give_code, PAGE)},
    ),
    Route(
        "invitation",
        "/invitations/{code}",
        {"GET": (invitations.show_invitation, PAGE), "POST": (invitations.accept, PAGE)},
    ),
    Route("card_log", "/cards/{card}/log", {"GET": (card_log.show, PAGE)}),
    Route("calendar", "/account/calendar", {"GET": (calendar.show, PAGE), "POST": (calendar.change, PAGE)}),
    Route("family", "/family", {"GET": (family.show, PAGE)}),
    Route("card_barcode", "/cards/{card}/barcode", {"GET": (barcode.show, PAGE)}),
    Route("reminders", "/account/reminders", {"GET": (reminders.show, PAGE), "POST": (reminders.save, PAGE)}),
    Route(
        "reminders_stop",
        "/reminders/stop/{token}",
        {"GET": (reminders.show_stop, OPEN), "POST": (reminders.stop, BY_MAIL)},
    ),
    Route("manifest", "/manifest.webmanifest", {"GET": (phone.manifest, PLAIN)}),
    Route("service_worker", "/service-worker.js", {"GET": (phone.service_worker, PLAIN)}),
)
