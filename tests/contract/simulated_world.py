"""The simulated libraries as worlds of the contract suite, reached through the real HTTP transport."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from tests.contract.simulated_news import SECRET, alma_news

from discovery_accounts.config.keys import ReadContext, read_keys
from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors import alma, koha
from discovery_accounts.connectors.api import Capability, Connector, HoldTarget, NewsKind
from discovery_accounts.connectors.http import LibraryHttp
from discovery_accounts.connectors.session import close_session
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest
from discovery_accounts.simulator.desk.records import Notice, Payment, Relation
from discovery_accounts.simulator.server import SimulatedLibrary
from discovery_accounts.testing.connector_world import PatronKind, SeenCall, Trouble, WorldPatron

KINDS = {"koha": koha.KIND, "alma": alma.KIND}
ZONES = {"koha": "Europe/Helsinki", "alma": "Europe/Oslo"}
BASES = {"koha": "/api", "alma": ""}
RENEWALS = {"koha": "/renewals", "alma": "op=renew"}
NO_ACTS = {"koha": ("/oauth/token", "/auth/password/validation"), "alma": ("op=auth",)}
RECORDS = {"koha": "{}", "alma": "99{:06d}0000121"}
PATRONS = {PatronKind.ANOTHER: "child"}
SHARED_IDS = {"koha": ("attribute:EPPN", "EPPN"), "alma": ("OTHER_ID_1", "OTHER_ID_1")}
OPTIONS = {
    "koha": {"new_patron_category": "HENKILO", "new_patron_library": "MAIN", "card_self_renewal": "yes"},
    "alma": {
        "new_user_group": "ADULT",
        "new_account_type": "internal",
        "card_renewal_months": "12",
        "webhook_secret": SECRET,
    },
}
FAULTS = {
    Trouble.HANGS: "hang",
    Trouble.CUTS_CONNECTIONS: "cut_connection",
    Trouble.FAILS: "error_500",
    Trouble.IN_MAINTENANCE: "error_503",
    Trouble.SENDS_GARBAGE: "garbage",
    Trouble.SENDS_A_WEB_PAGE: "html",
    Trouble.REFUSES_OUR_KEY: "wrong_key",
    Trouble.ASKS_TO_WAIT: "too_many",
    Trouble.MIXES_PATRONS_UP: "other_patron",
}
MIXED = Trouble.MIXES_PATRONS_UP
CANNOT: Mapping[str, dict[str, str]] = {
    "koha": {
        "write_news": "Koha tells nothing by itself",
        **{
            f"{MIXED}:{act}": "what Koha answers to this names nobody"
            for act in ("renew_card", "card_terms", "change_pin", "set_pin", "delete_history")
        },
    },
    "alma": {f"{MIXED}:hold_options": "what Alma answers to this names nobody"},
}
OLDER_CANNOT = {
    f"{kind}:{Capability.PLACE_HOLDS}": "older versions of Koha place holds for whomever staff ask"
    for kind in (PatronKind.BLOCKED, PatronKind.EXPIRED)
}
WORK, REFERENCE = 303, 310  # what is lent, and what never leaves the house


class Noting:
    """Passes requests on, notes where they went, and brings trouble to acts."""

    def __init__(self, world: "SimulatedWorld", settings: LibrarySettings) -> None:
        self._inner = LibraryHttp(settings)
        self._world = world

    async def send(self, request: HttpRequest) -> HttpAnswer:
        query = f"?{urlencode(request.params)}" if request.params else ""
        return await self._world.pass_on(SeenCall(request.method, request.path + query), request, self._inner)


class SimulatedWorld:
    """A simulated library as a world."""

    new_pin = "new-Canary-8264"
    short_pin = "12"

    def __init__(self, library: SimulatedLibrary, options: Mapping[str, str]) -> None:
        self.library = library
        self._options = options
        self._noted: list[SeenCall] = []
        self._trouble_of_acts: Trouble | None = None
        # Long for a machine that is busy with other tests; short where a call is meant to run out of it.
        self._timeout = 5.0

    @property
    def cannot(self) -> Mapping[str, str]:
        return CANNOT[self.library.kind] | (OLDER_CANNOT if self.library.generation == "23.11" else {})

    @property
    def number_in_addresses(self) -> bool:
        return self.library.kind == "alma"

    def connect(self) -> Connector:
        kind = KINDS[self.library.kind]
        secrets = {
            "koha": {"client_id": self.library.client_id, "client_secret": self.library.client_secret},
            "alma": {"api_key": self.library.api_key},
        }
        options = secrets[self.library.kind] | OPTIONS[self.library.kind] | dict(self._options)
        values, faults = read_keys(
            kind.keys, options, "accounts.library.sim.", ReadContext("development", {})
        )
        assert not faults
        settings = LibrarySettings(
            "sim",
            kind.name,
            url=self.library.url + BASES[kind.name],
            timezone=ZoneInfo(ZONES[kind.name]),
            timeout=self._timeout,
        )
        return kind.build(settings, values, Noting(self, settings))

    async def disconnect(self) -> None:
        await close_session()

    async def pass_on(self, call: SeenCall, request: HttpRequest, inner: LibraryHttp) -> HttpAnswer:
        self._noted.append(call)
        if self._trouble_of_acts is None or not self.is_act(call):
            return await inner.send(request)
        self.library.set_fault(FAULTS[self._trouble_of_acts])
        try:
            return await inner.send(request)
        finally:
            self.library.clear_faults()

    def patron(self, kind: PatronKind) -> WorldPatron:
        wanted = PATRONS.get(kind, str(kind))
        found = next(patron for patron in self.library.patrons if patron.kind == wanted)
        return WorldPatron(found.patron_id, found.card_number, found.pin, found.loans)

    def change_pin(self, patron: WorldPatron, new_pin: str) -> None:
        self.library.change_pin(patron.patron_id, new_pin)

    def renew_card(self, patron: WorldPatron) -> str:
        return self.library.renew_card(patron.patron_id)

    def delete(self, patron: WorldPatron) -> None:
        self.library.delete_patron(patron.patron_id)

    def give_shared_id(self, patron: WorldPatron, value: str) -> tuple[str, str]:
        field, kind = SHARED_IDS[self.library.kind]
        self.library.give_identifier(patron.patron_id, kind, value)
        return field, value

    def set_email(self, patron: WorldPatron, email: str) -> None:
        self.library.set_email(patron.patron_id, email)

    def owe(self, patron: WorldPatron) -> None:
        self.library.set_fees(patron.patron_id, 12.5)

    def mend(self) -> None:
        self.library.clear_faults()
        self._trouble_of_acts = None

    def make(self, trouble: Trouble) -> None:
        self._hurry(trouble)
        self.library.set_fault(FAULTS[trouble])

    def make_acts(self, trouble: Trouble) -> None:
        self._hurry(trouble)
        self._trouble_of_acts = trouble

    def _hurry(self, trouble: Trouble) -> None:
        if trouble is Trouble.HANGS:
            self._timeout = 0.2

    def seen(self) -> Sequence[SeenCall]:
        return tuple(self._noted)

    def is_renewal(self, call: SeenCall) -> bool:
        return call.method == "POST" and RENEWALS[self.library.kind] in call.target

    def is_change(self, call: SeenCall) -> bool:
        person = "/patrons" if self.library.kind == "koha" else "/users"
        reading = call.method == "GET" or "op=" in call.target
        return not reading and person in call.target

    def is_act(self, call: SeenCall) -> bool:
        harmless = NO_ACTS[self.library.kind]
        return call.method != "GET" and not any(part in call.target for part in harmless)

    def give_hold(self, patron: WorldPatron) -> str:
        return self._new_hold(patron)[1]

    def give_ready_hold(self, patron: WorldPatron) -> str:
        number, hold_id = self._new_hold(patron)
        self.library.desk.shelve(number)
        return hold_id

    def _new_hold(self, patron: WorldPatron) -> tuple[int, str]:
        """The desk's number of a new hold, and the id that the library tells of it."""
        before = self._told_holds(patron)
        hold = self.library.desk.place_hold(patron.patron_id, WORK, "MAIN")
        (hold_id,) = self._told_holds(patron) - before
        return hold.hold_id, hold_id

    def _told_holds(self, patron: WorldPatron) -> set[str]:
        async def look(connector: Any) -> set[str]:
            try:
                return {hold.hold_id for hold in await connector.list_holds(patron.patron_id)}
            finally:
                await connector.close()
                await self.disconnect()

        async def alone() -> set[str]:
            return await look(self.connect())

        noted = list(self._noted)
        found = asyncio.run(alone())
        self._noted[:] = noted
        return found

    def holdable(self, patron: WorldPatron) -> HoldTarget:
        return HoldTarget(RECORDS[self.library.kind].format(WORK))

    def not_holdable(self, patron: WorldPatron) -> HoldTarget:
        return HoldTarget(RECORDS[self.library.kind].format(REFERENCE))

    def pay(self, patron: WorldPatron) -> None:
        desk, patron_id = self.library.desk, patron.patron_id
        amount, lines = desk.owed(patron_id), desk.open_fees(patron_id)
        self.library.set_fees(patron_id, 0)
        for fee in lines:
            number = fee.fee_id if fee.fee_id > 1 else desk.next_desk_number()
            desk.keep(replace(fee, fee_id=number, outstanding=0))
        today = datetime.now(UTC).date().isoformat()
        desk.keep(Payment(desk.next_desk_number(), patron_id, amount, today))

    def give_past_loans(self, patron: WorldPatron, count: int) -> None:
        self.library.desk.add_past_loans(patron.patron_id, count)

    def send_notice(self, patron: WorldPatron, subject: str) -> None:
        desk = self.library.desk
        now = int(datetime.now(UTC).timestamp())
        kind = "desk" if self.library.kind == "koha" else "sent"  # Koha tells what staff wrote
        desk.keep(Notice(desk.next_desk_number(), patron.patron_id, kind, subject, subject, now))

    def make_guarantor(self, guarantor: WorldPatron, patron: WorldPatron) -> None:
        self.library.desk.keep(Relation(patron.patron_id, guarantor.patron_id))

    def let_card_end(self, patron: WorldPatron) -> None:
        self.library.desk.end_in(patron.patron_id, 5)

    def write_news(self, patron: WorldPatron, kind: NewsKind) -> tuple[Mapping[str, str], bytes]:
        return alma_news(patron.patron_id, kind)
