"""What is kept of libraries' answers comes back as it went in."""

from datetime import UTC, date, datetime

import pytest

from discovery_accounts.connectors.api import Fee, Hold, Loan, PickupLocation
from discovery_accounts.connectors.gateway import Want
from discovery_accounts.domain.fees import FeeKind
from discovery_accounts.domain.holds import HoldState
from discovery_accounts.domain.money import Money
from discovery_accounts.services.answer_codecs import KEPT_WANTS, read_answer, write_answer

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DAY = date(2026, 12, 1)
RECORDS = {
    Want.LOANS: (Loan("1", "Sult", NOW, "Hamsun", "b", "r", NOW, 2, False, "recalled"), Loan("2", None, NOW)),
    Want.HOLDS: (
        Hold(
            "1",
            "Sult",
            HoldState.READY,
            "H",
            "r",
            "i",
            PickupLocation("m", "Main"),
            DAY,
            3,
            DAY,
            DAY,
            DAY,
            True,
        ),
        Hold("2", None, HoldState.WAITING),
    ),
    Want.FEES: (
        Fee("1", FeeKind.LOST, Money(100, "NOK"), Money(-5, "NOK"), DAY, "Sult", "ødelagt", True),
        Fee("2", FeeKind.OTHER, Money(1, "EUR"), Money(1, "EUR")),
    ),
    Want.OWED: (Money(240, "EUR"), Money(100, "NOK")),
}


@pytest.mark.parametrize("want", KEPT_WANTS)
def test_an_answer_survives_being_kept(want: Want) -> None:
    assert read_answer(want, write_answer(want, NOW, RECORDS[want])) == (NOW, RECORDS[want])
    assert read_answer(want, write_answer(want, NOW, ())) == (NOW, ())


@pytest.mark.parametrize("want", KEPT_WANTS)
def test_what_another_version_wrote_is_not_taken_for_an_answer(want: Want) -> None:
    for data in (
        b'[1, "2026-11-21T12:00:00+00:00", []]',
        b"[]",
        b"no",
        b'[2, "2026-11-21T12:00:00+00:00", [[1]]]',
    ):
        with pytest.raises((ValueError, TypeError)):
            read_answer(want, data)
