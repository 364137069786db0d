"""Alma's representation of a request."""

from typing import Any

from discovery_accounts.simulator.alma.numbering import item_pid, mms_id
from discovery_accounts.simulator.desk.desk import BRANCHES
from discovery_accounts.simulator.desk.records import Hold
from discovery_accounts.simulator.records import Biblio

Json = dict[str, Any]

_STATUS = {
    "waiting": ("NOT_STARTED", None),
    "processing": ("IN_PROCESS", "Pickup From Shelf"),
    "transit": ("IN_PROCESS", "Transit Item"),
    "ready": ("ON_HOLD_SHELF", "On Hold Shelf"),
}
_NAMES = {branch.code: branch.name for branch in BRANCHES}


def user_request(hold: Hold, work: Biblio) -> Json:
    """A request, open or just made. Nobody can suspend one in Alma, so a suspended hold waits."""
    status, task = _STATUS.get(hold.state, _STATUS["waiting"])
    nothing = {"value": None, "desc": None}
    return {
        "title": f"{work.title} /",
        "author": work.author,
        "description": None,
        "user_primary_id": hold.patron_id,
        "request_id": str(hold.hold_id),
        "additional_id": None,
        "request_type": "HOLD",
        "request_sub_type": {"value": "PATRON_PHYSICAL", "desc": "Patron physical item request"},
        "mms_id": mms_id(hold.biblio_id),
        "holding_id": None,
        "item_id": item_pid(hold.biblio_id) if hold.item_id else None,
        "barcode": None,
        "manual_description": None,
        "volume": None,
        "issue": None,
        "part": None,
        "date_of_publication": None,
        "pickup_location": _NAMES.get(hold.branch, hold.branch),
        "pickup_location_type": "LIBRARY",
        "pickup_location_library": hold.branch,
        "pickup_location_circulation_desk": None,
        "pickup_location_institution": None,
        "managed_by_library": "Main Library",
        "managed_by_circulation_desk": "Circulation desk",
        "managed_by_library_code": "MAIN",
        "managed_by_circulation_desk_code": "DEFAULT_CIRC_DESK",
        "target_destination": nothing,
        "material_type": {"value": "BOOK", "desc": "Book"},
        "last_interest_date": f"{hold.wanted_until}Z" if hold.wanted_until else None,
        "partial_digitization": False,
        "chapter_or_article_title": None,
        "chapter_or_article_author": None,
        "required_pages_range": [],
        "full_chapter": False,
        "comment": hold.note,
        "request_status": status,
        "place_in_queue": hold.position or None,
        "request_date": f"{hold.placed_on}Z",
        "request_time": f"{hold.placed_on}T08:00:00Z",
        "task_name": task,
        "expiry_date": f"{hold.ready_until}Z" if hold.ready_until else None,
        "booking_start_date": None,
        "booking_end_date": None,
        "adjusted_booking_start_date": None,
        "adjusted_booking_end_date": None,
        "destination_location": nothing,
        "call_number_type": nothing,
        "call_number": None,
        "item_policy": nothing,
        "due_back_date": None,
        "resource_sharing": None,
        "copyrights_declaration_signed_by_patron": None,
    }
