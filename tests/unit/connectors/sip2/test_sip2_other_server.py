"""The connector at a SIP2 server that was not written here: pysip2, which is strict about every field."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import anyio
import pytest
from anyio.abc import SocketAttribute
from pysip2 import (
    HOLD,
    ITEM_INFORMATION,
    LOGIN,
    PATRON_INFORMATION,
    PATRON_STATUS,
    RENEW,
    HoldRequest,
    HoldResponse,
    ItemInformationRequest,
    ItemInformationResponse,
    LoginRequest,
    LoginResponse,
    PatronInformationRequest,
    PatronInformationResponse,
    PatronStatusRequest,
    PatronStatusResponse,
    RenewRequest,
    RenewResponse,
    RequestContext,
    SIP2Server,
)
from tests.fixtures.sip2 import connector_to
from tests.fixtures.sip2_server import LOGIN as PORTAL

from discovery_accounts.connectors.api import (
    HoldChanged,
    HoldPlaced,
    HoldTarget,
    NewHold,
    NotAPatron,
    Refused,
    Rejected,
    Renewed,
    UnexpectedAnswer,
    Verified,
)
from discovery_accounts.domain.holds import HoldState
from discovery_accounts.domain.money import Money

ADA, PIN = "21270000001", "1234"
DUE = datetime(2030, 2, 1, 23, 59, tzinfo=ZoneInfo("Europe/Helsinki"))
OPTIONS = {"encoding": "cp850", "pickup_locations": "MAIN = Main library"}

Any_ = RequestContext[Any, Any]


def library() -> SIP2Server:
    """Ada's library: two loans, one hold, one fee. It demands a login and a checksum on every message."""
    server = SIP2Server(institution_id="MYLIB", login_required=True, error_detection="required")
    holds: list[str] = ["300140"]

    @server.route(LOGIN)
    async def login(asked: LoginRequest, _: Any_) -> LoginResponse:
        right = (asked.login_user_id, asked.login_password) == PORTAL
        return LoginResponse(ok="1" if right else "0")

    @server.route(PATRON_INFORMATION)
    async def information(asked: PatronInformationRequest, here: Any_) -> PatronInformationResponse:
        known = asked.patron_identifier == ADA
        lists = {2: ("charged_items", ("300000", "300001")), 3: ("fine_items", ("Late return 2.50",))}
        lists |= {5: ("unavailable_hold_items", tuple(holds))}
        place = asked.summary.find("Y")
        shown = dict([lists[place]]) if place in lists and known else {}
        return PatronInformationResponse(
            patron_status=" " * 14,
            language=asked.language,
            transaction_date=here.now_18(),
            hold_items_count="0000",
            overdue_items_count="0000",
            charged_items_count="0002" if known else "0000",
            fine_items_count="0001" if known else "0000",
            recall_items_count="0000",
            unavailable_holds_count=f"{len(holds):04d}" if known else "0000",
            institution_id=asked.institution_id,
            patron_identifier=asked.patron_identifier,
            personal_name="Ångström, Åda" if known else "",
            valid_patron="Y" if known else "N",
            valid_patron_password=None
            if asked.patron_password is None
            else ("Y" if known and asked.patron_password == PIN else "N"),
            currency_type="EUR",
            fee_amount="2.50",
            **shown,
        )

    @server.route(PATRON_STATUS)
    async def status(asked: PatronStatusRequest, here: Any_) -> PatronStatusResponse:
        right = (asked.patron_identifier, asked.patron_password) == (ADA, PIN)
        return PatronStatusResponse(
            patron_status=" " * 14,
            language=asked.language,
            transaction_date=here.now_18(),
            institution_id=asked.institution_id,
            patron_identifier=asked.patron_identifier,
            personal_name="",
            valid_patron="Y",
            valid_patron_password="Y" if right else "N",
        )

    @server.route(ITEM_INFORMATION)
    async def item(asked: ItemInformationRequest, here: Any_) -> ItemInformationResponse:
        return ItemInformationResponse(
            circulation_status="04",
            security_marker="00",
            fee_type="01",
            transaction_date=here.now_18(),
            due_date="20300201    235900",
            item_identifier=asked.item_identifier,
            title_identifier=f"Työ {asked.item_identifier}",
        )

    @server.route(RENEW)
    async def renew(asked: RenewRequest, here: Any_) -> RenewResponse:
        return RenewResponse(
            ok="1",
            renewal_ok="Y",
            magnetic_media="N",
            desensitize="N",
            transaction_date=here.now_18(),
            institution_id=asked.institution_id,
            patron_identifier=asked.patron_identifier,
            item_identifier=asked.item_identifier or "",
            title_identifier="",
            due_date="20300201    235900",
        )

    @server.route(HOLD)
    async def hold(asked: HoldRequest, here: Any_) -> HoldResponse:
        change = holds.append if asked.hold_mode == "+" else holds.remove
        change(asked.item_identifier or "")
        return HoldResponse(
            ok="1",
            available="N",
            transaction_date=here.now_18(),
            institution_id=asked.institution_id,
            patron_identifier=asked.patron_identifier,
            item_identifier=asked.item_identifier,
        )

    return server


def ask(question: Callable[[Any], Awaitable[Any]], server: SIP2Server | None = None, **options: str) -> Any:
    """The answer of a new connector to a new library."""

    async def alone() -> Any:
        running = server or library()
        # its own start() leaves the listening socket open
        async with await running.listen(port=0) as listener, anyio.create_task_group() as group:
            group.start_soon(listener.serve, running._handle_connection)
            connector = connector_to(listener.extra(SocketAttribute.local_port), OPTIONS | options)
            outcome = (await asyncio.gather(question(connector), return_exceptions=True))[0]
            await connector.close()
            group.cancel_scope.cancel()
        return outcome

    outcome = asyncio.run(alone())
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


@pytest.mark.parametrize("message", ["63", "23"])
def test_pins_are_checked(message):
    assert ask(lambda c: c.verify_patron(ADA, PIN), verify_with=message) == Verified(ADA, ADA)
    assert ask(lambda c: c.verify_patron(ADA, "9999"), verify_with=message) == Rejected()


def test_a_wrong_login_is_refused():
    with pytest.raises(Refused):
        ask(lambda c: c.verify_patron(ADA, PIN), password="another")


def test_a_library_that_wants_checksums_and_gets_none_says_so():
    with pytest.raises(UnexpectedAnswer) as failure:
        ask(lambda c: c.verify_patron(ADA, PIN), checksum="no")
    assert not failure.value.sent


def test_the_record_its_loans_holds_and_fees_are_read():
    async def everything(connector: Any) -> Any:
        return [
            await connector.read_patron(ADA),
            await connector.list_loans(ADA),
            await connector.list_holds(ADA),
            await connector.list_fees(ADA),
            await connector.read_patron("404"),
        ]

    record, loans, holds, fees, nobody = ask(everything)
    assert (record.family_name, record.owed) == ("Ångström", Money(250, "EUR"))
    assert [(one.loan_id, one.title, one.due_at) for one in loans] == [
        ("300000", "Työ 300000", DUE),
        ("300001", "Työ 300001", DUE),
    ]
    assert [(one.hold_id, one.title, one.state) for one in holds] == [
        ("300140", "Työ 300140", HoldState.WAITING)
    ]
    assert [(one.description, one.outstanding) for one in fees] == [("Late return", Money(250, "EUR"))]
    assert nobody == NotAPatron()


def test_loans_are_renewed_and_holds_placed_and_cancelled():
    assert ask(lambda c: c.renew_loans(ADA, ["300001"])) == (Renewed("300001", DUE),)
    wanted = NewHold(HoldTarget("77", "300141"), "MAIN", DUE.date())
    assert ask(lambda c: c.place_hold(ADA, wanted)) == HoldPlaced("300141")
    assert ask(lambda c: c.cancel_hold(ADA, "300140")) == HoldChanged("300140")


def test_a_library_without_a_message_says_no_and_the_self_test_names_it():
    bare = SIP2Server(institution_id="MYLIB")
    missing = ask(lambda c: c.check_rights(), bare, user="", password="")
    assert missing == (
        "message Patron Information",
        "message Item Information",
        "message Renew",
        "message Hold",
    )
