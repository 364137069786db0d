"""``/cards/{card}/barcode``: the card full screen, for the machine at the desk; kept on the device if the person likes.

The page stands alone, without the frame of the others: it is white in any theme, has no form, and all it needs are the
three files that ``service-worker.js`` keeps with it.
"""

from pyramid.response import Response

from discovery_accounts.domain.barcode import in_groups
from discovery_accounts.services.barcodes import Barcodes
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.web.barcode_drawing import draw
from discovery_accounts.web.pages.views import library_title, plain_card
from discovery_accounts.web.visit import Visit

OWNER = "Accounts-Owner"
"""Header of this page: whose copy of it may be kept, a word that tells nothing else."""


def show(visit: Visit) -> Response:
    card_id = visit.path_id("card", Code.NO_SUCH_CARD)
    try:
        shown = Barcodes(visit.house).show(visit.signed_in, card_id)
    except Problem as problem:
        if problem.code is Code.PIN_NEEDED:  # asked once per session: where it is given
            return visit.redirect(visit.url("card", card=card_id) + "#accounts-give-pin")
        raise
    visit.runs_worker = visit.can_keep
    zone = visit.house.library(shown.card.library).timezone
    response = visit.render(
        "card_barcode.html",
        section="cards",
        card=plain_card(visit, shown.card),
        library=library_title(visit, shown.card.library),
        number=shown.number,
        groups=in_groups(shown.number),
        drawing=draw(shown.number, shown.symbology),
        drawn_by_library=shown.drawn_by_library,
        holder_name=shown.holder_name,
        as_of=shown.as_of and shown.as_of.astimezone(zone),
        confirmed_at=(shown.as_of or visit.now).astimezone(zone),
        can_keep=visit.can_keep,
    )
    response.headers[OWNER] = visit.owner or ""
    return response
