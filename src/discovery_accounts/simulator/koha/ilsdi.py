"""Koha's ILS-DI: one address, a service by its name, always 200 and XML, what went wrong as a code in it."""

import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from aiohttp import web

from discovery_accounts.simulator.desk.records import Hold
from discovery_accounts.simulator.gate import note, shown
from discovery_accounts.simulator.koha.times import is_past
from discovery_accounts.simulator.loans import zone
from discovery_accounts.simulator.records import Loan, Patron
from discovery_accounts.simulator.simulation import Simulation
from discovery_accounts.simulator.store import hindrance

ADDRESS = "/cgi-bin/koha/ilsdi.pl"
_STATES = {"ready": "W", "transit": "T", "processing": "P"}
_KINDS = {"overdue": "OVERDUE", "lost": "LOST", "hold": "RESERVE", "membership": "ACCOUNT"}
# What the desk has against a hold, in Koha's words.
_AGAINST = {
    "no_record": "RecordNotFound",
    "not_for_loan": "notReservable",
    "already_held": "itemAlreadyOnHold",
    "already_on_loan": "alreadypossession",
    "age": "ageRestricted",
    "too_many": "tooManyReserves",
}
Given = Mapping[str, str]
_NEEDED = {
    "AuthenticatePatron": ("username", "password"),
    "GetPatronInfo": ("patron_id",),
    "GetServices": ("patron_id", "item_id"),
    "LookupPatron": ("id",),
    "RenewLoan": ("patron_id", "item_id"),
    "HoldTitle": ("patron_id", "bib_id", "request_location"),
    "HoldItem": ("patron_id", "bib_id", "item_id"),
    "CancelHold": ("patron_id", "item_id"),
}


def refused_address() -> web.Response:
    """The answer to a caller whose address is not on the list."""
    return _answer("ilsdi", {"code": "NotAllowed", "message": "Your address is not authorized"})


class IlsDi:
    """The services that a portal needs."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._store = simulation.store
        self._services: dict[str, Callable[[web.Request, Given], web.Response]] = {
            "AuthenticatePatron": self._authenticate,
            "GetPatronInfo": self._info,
            "GetServices": self._services_of,
            "LookupPatron": self._look_up,
            "RenewLoan": self._renew,
            "HoldTitle": self._hold,
            "HoldItem": self._hold,
            "CancelHold": self._cancel,
        }

    def routes(self) -> list[web.RouteDef]:
        """The one address; forms are taken as well as queries."""
        return [web.get(ADDRESS, self.serve), web.post(ADDRESS, self.serve)]

    async def serve(self, request: web.Request) -> web.Response:
        """The service that was named."""
        pairs = [*request.query.items(), *(await request.post()).items()]
        given = {name: str(value) for name, value in pairs}
        name = given.get("service", "")
        if name not in self._services:
            return _answer("ilsdi", {"message": "NotSupported"})
        if any(not given.get(needed) for needed in _NEEDED[name]):
            return _answer(name, {"code": "MissingParameter", "message": "The required parameter is missing"})
        return self._services[name](request, given)

    def _authenticate(self, request: web.Request, given: Given) -> web.Response:
        patron = self._store.by_userid(given["username"]) or self._store.by_card(given["username"])
        right = patron is not None and hmac.compare_digest(patron.pin.encode(), given["password"].encode())
        note(request, patron, refused_pin=not right)
        if patron is None or not right:
            return _answer("AuthenticatePatron", {"code": "PatronNotFound"})
        return _answer("AuthenticatePatron", {"id": patron.patron_id})

    def _look_up(self, request: web.Request, given: Given) -> web.Response:
        patron = self._store.by_card(given["id"])
        note(request, patron)
        if patron is None:
            return _answer("LookupPatron", {"message": "PatronNotFound"})
        return _answer("LookupPatron", {"id": patron.patron_id})

    def _info(self, request: web.Request, given: Given) -> web.Response:
        patron = self._patron(request, given)
        if patron is None:
            return _answer("GetPatronInfo", {"code": "PatronNotFound"})
        patron = shown(request, self._simulation, patron)
        root = Element("GetPatronInfo")
        _fill(root, self._borrower(patron, with_contact=given.get("show_contact", "1") == "1"))
        if given.get("show_loans") == "1":
            group = SubElement(root, "loans")
            for loan in self._store.loans(patron.patron_id):
                _fill(SubElement(group, "loan"), self._loan(loan))
        if given.get("show_holds") == "1":
            group = SubElement(root, "holds")
            for hold in self._store.records(Hold, patron.patron_id):
                _fill(SubElement(group, "hold"), self._held(hold))
        if given.get("show_fines") == "1":
            group = SubElement(root, "fines")
            for fee in self._store.open_fees(patron.patron_id):
                line = {
                    "accountlines_id": fee.fee_id,
                    "borrowernumber": patron.patron_id,
                    "date": fee.charged_on,
                    "amount": f"{fee.amount / 100:.6f}",
                    "amountoutstanding": f"{fee.outstanding / 100:.6f}",
                    "debit_type_code": _KINDS.get(fee.kind, "MANUAL"),
                    "description": fee.description,
                    "title": self._title(fee.biblio_id),
                }
                _fill(SubElement(group, "fine"), line)
        return _xml(root)

    def _borrower(self, patron: Patron, with_contact: bool) -> dict[str, object]:
        base: dict[str, object] = {
            "borrowernumber": patron.patron_id,
            "cardnumber": patron.card_number,
            "surname": patron.family_name,
            "firstname": patron.given_name,
            "dateofbirth": patron.birth_date or None,
            "dateexpiry": patron.expires_on,
            "debarred": "9999-12-31" if patron.restricted else None,
            "gonenoaddress": 0,
            "lost": 0,
            "charges": f"{self._store.owed(patron.patron_id) / 100:.2f}",
            "branchcode": "MAIN",
        }
        return base | ({"email": patron.email} if with_contact else {})

    def _loan(self, loan: Loan) -> dict[str, object]:
        work = self._store.biblios[loan.biblio_id]
        return {
            "borrowernumber": loan.patron_id,
            "itemnumber": loan.item_id,
            "biblionumber": loan.biblio_id,
            "title": work.title,
            "author": work.author,
            "barcode": loan.barcode,
            "date_due": _moment(loan.due_at),
            "issuedate": _moment(loan.taken_at),
            "renewals": loan.renewals,
        }

    def _held(self, hold: Hold) -> dict[str, object]:
        return {
            "borrowernumber": hold.patron_id,
            "reserve_id": hold.hold_id,
            "biblionumber": hold.biblio_id,
            "itemnumber": hold.item_id,
            "title": self._title(hold.biblio_id),
            "branchcode": hold.branch,
            "branchname": hold.branch.title(),
            "reservedate": hold.placed_on,
            "priority": hold.position,
            "found": _STATES.get(hold.state),
            "expirationdate": hold.ready_until or hold.wanted_until,
            "suspend": int(hold.suspended),
            "suspend_until": hold.suspended_until,
        }

    def _services_of(self, request: web.Request, given: Given) -> web.Response:
        found = self._lent(request, given)
        if found is None:
            return _answer("GetServices", {"code": "RecordNotFound"})
        patron, loan = found
        root = Element("GetServices")
        if self._against_renewal(patron, loan) is None:
            SubElement(root, "AvailableFor").text = "loan renewal"
        SubElement(root, "AvailableFor").text = "title level hold"
        return _xml(root)

    def _renew(self, request: web.Request, given: Given) -> web.Response:
        found = self._lent(request, given)
        if found is None:
            return _answer("RenewLoan", {"code": "RecordNotFound"})
        patron, loan = found
        error = self._against_renewal(patron, loan)
        renewed = loan if error else self._store.renew(loan)
        told = {"renewals": renewed.renewals, "date_due": _moment(renewed.due_at), "success": int(not error)}
        return _answer("RenewLoan", told | {"error": error})

    def _hold(self, request: web.Request, given: Given) -> web.Response:
        service = given["service"]
        patron = self._patron(request, given)
        if patron is None:
            return _answer(service, {"code": "PatronNotFound"})
        number = int(given["bib_id"]) if given["bib_id"].isdigit() else 0
        against = self._store.hold_hindrance(patron.patron_id, number)
        if against is not None:
            return _answer(service, {"code": _AGAINST.get(against, "NotHoldable")})
        place = given.get("pickup_location", "MAIN")
        if place not in {branch.code for branch in self._store.pickups(patron.patron_id)}:
            return _answer(service, {"code": "libraryNotPickupLocation"})
        item = int(given["item_id"]) if given.get("item_id", "").isdigit() else None
        until = given.get("needed_before_date") or None
        hold = self._store.place_hold(patron.patron_id, number, place, item_id=item, wanted_until=until)
        told = {"title": self._title(hold.biblio_id), "pickup_location": place}
        return _answer(service, told)

    def _cancel(self, request: web.Request, given: Given) -> web.Response:
        patron = self._patron(request, given)
        hold = self._store.record(Hold, int(given["item_id"])) if given["item_id"].isdigit() else None
        if patron is None:
            return _answer("CancelHold", {"code": "PatronNotFound"})
        if hold is None or hold.patron_id != patron.patron_id:
            return _answer("CancelHold", {"code": "RecordNotFound"})
        self._store.drop(Hold, hold.hold_id)
        return _answer("CancelHold", {"code": "Canceled"})

    def _patron(self, request: web.Request, given: Given) -> Patron | None:
        patron = self._store.patron(given["patron_id"])
        note(request, patron)
        return patron

    def _lent(self, request: web.Request, given: Given) -> tuple[Patron, Loan] | None:
        patron = self._patron(request, given)
        loans = self._store.loans(patron.patron_id) if patron else []
        loan = next((one for one in loans if str(one.item_id) == given["item_id"]), None)
        return None if patron is None or loan is None else (patron, loan)

    @staticmethod
    def _against_renewal(patron: Patron, loan: Loan) -> str | None:
        return "cardexpired" if is_past(patron.expires_on) else hindrance(patron, loan)

    def _title(self, biblio_id: int | None) -> str | None:
        work = self._store.biblios.get(biblio_id or 0)
        return None if work is None else work.title


def _moment(seconds: int) -> str:
    """As a database writes it: local time without an offset."""
    return datetime.fromtimestamp(seconds, UTC).astimezone(zone("koha")).strftime("%Y-%m-%d %H:%M:%S")


def _fill(element: Element, fields: Mapping[str, object]) -> None:
    for name, value in fields.items():
        SubElement(element, name).text = None if value is None else str(value)


def _answer(name: str, fields: Mapping[str, object]) -> web.Response:
    root = Element(name)
    _fill(root, {field: value for field, value in fields.items() if value is not None})
    return _xml(root)


def _xml(root: Element) -> web.Response:
    body = b"<?xml version='1.0' encoding='UTF-8'?>\n" + tostring(root, "utf-8")
    return web.Response(body=body, content_type="text/xml", charset="utf-8")
