"""The store's records in PAIA's shapes."""

from datetime import UTC, datetime

from discovery_accounts.simulator.desk.desk import BRANCHES, Desk
from discovery_accounts.simulator.desk.records import Fee, Hold
from discovery_accounts.simulator.koha.times import is_past
from discovery_accounts.simulator.records import Loan, Patron
from discovery_accounts.simulator.store import hindrance

EDITION = "https://bib.example/edition/"
ITEM = "https://bib.example/item/"
PLACE = "https://bib.example/desk/"
_STATES = {"ready": 4, "transit": 2, "processing": 2}
_SERVICES = {"hold": "Reservation", "overdue": "Loan"}
_OWES_TOO_MUCH = 2000  # minor units
Told = dict[str, object]


def patron_record(store: Desk, patron: Patron) -> Told:
    """What is told of a patron."""
    state = 2 if is_past(patron.expires_on) else 0
    if patron.restricted:
        state = 1
    elif store.owed(patron.patron_id) > _OWES_TOO_MUCH:
        state += 3 if state == 0 else 2
    return {
        "name": f"{patron.given_name} {patron.family_name}",
        "email": patron.email,
        "address": "Park Street 2\n00100 Springfield",
        "expires": patron.expires_on,
        "status": state,
        "type": ["https://bib.example/usertype/default"],
    }


def loan_document(store: Desk, patron: Patron, loan: Loan) -> Told:
    """A loan."""
    return {
        "status": 3,
        "item": f"{ITEM}{loan.item_id}",
        "edition": f"{EDITION}{loan.biblio_id}",
        "about": about(store, loan.biblio_id),
        "label": f"Y {loan.biblio_id}",
        "queue": int(loan.reserved),
        "renewals": loan.renewals,
        "reminder": 0,
        "starttime": _moment(loan.taken_at),
        "endtime": _moment(loan.due_at),
        "cancancel": False,
        "canrenew": hindrance(patron, loan) is None,
    }


def hold_document(store: Desk, hold: Hold) -> Told:
    """A reservation (1), an order (2) or what is on the shelf (4)."""
    told: Told = {
        "status": _STATES.get(hold.state, 1),
        "edition": f"{EDITION}{hold.biblio_id}",
        "requested": f"{EDITION}{hold.biblio_id}",
        "about": about(store, hold.biblio_id),
        "queue": max(hold.position, 0),
        "starttime": f"{hold.placed_on}T08:00:00Z",
        "cancancel": hold.state == "waiting",
        "storage": next(branch.name for branch in BRANCHES if branch.code == hold.branch),
        "storageid": f"{PLACE}{hold.branch}",
    }
    if hold.item_id is not None:
        told |= {"item": f"{ITEM}{hold.item_id}"}
    return told | ({"endtime": hold.ready_until} if hold.ready_until else {})


def fee_line(fee: Fee) -> Told:
    """A fee."""
    line: Told = {"amount": amount(fee.outstanding), "date": fee.charged_on, "about": fee.description}
    if fee.biblio_id:
        service = _SERVICES.get(fee.kind, "DocumentService")
        line |= {
            "edition": f"{EDITION}{fee.biblio_id}",
            "feeid": f"http://purl.org/ontology/dso#{service}",
            "feetype": service.lower(),
        }
    return line


def amount(minor: int) -> str:
    """Money."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d} EUR"


def about(store: Desk, biblio_id: int) -> str:
    """One text for the work."""
    work = store.biblios.get(biblio_id)
    return "" if work is None else f"{work.author} ({work.year}): {work.title}"


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
