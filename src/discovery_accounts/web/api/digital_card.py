"""``/cards/{card}/barcode``: the card's number, and the bars by which a desk's machine reads it."""

from pyramid.response import Response

from discovery_accounts.services.barcodes import Barcodes
from discovery_accounts.services.problems import Code
from discovery_accounts.web.api.answers import answer, utc
from discovery_accounts.web.barcode_drawing import draw
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    shown = Barcodes(visit.house).show(visit.signed_in, visit.path_id("card", Code.NO_SUCH_CARD))
    drawing = draw(shown.number, shown.symbology)
    return answer(
        {
            "number": shown.number,
            "symbology": shown.symbology,
            "svg": None if drawing is None else str(drawing.svg),
            "as_of": utc(shown.as_of),
        }
    )
