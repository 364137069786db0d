"""Fees that are open, fees that were paid, and payments."""

from discovery_accounts.connectors.api import Fee, NotAPatron, PaymentHistory
from discovery_accounts.connectors.memory.verbs import Verbs


class FeeVerbs(Verbs):
    """``ListsFees`` and ``ListsPayments``."""

    async def list_fees(self, patron_id: str) -> tuple[Fee, ...] | NotAPatron:
        async with self.library.gate.reading("fees"):
            person = self.person(patron_id)
            if person is None:
                return NotAPatron()
            return tuple(fee for fee in person.fees.values() if fee.outstanding != self.nothing())

    async def list_payments(self, patron_id: str) -> PaymentHistory | NotAPatron:
        async with self.library.gate.reading("payments"):
            person = self.person(patron_id)
            if person is None:
                return NotAPatron()
            paid = [fee for fee in person.fees.values() if fee.outstanding == self.nothing()]
            return PaymentHistory(tuple(reversed(paid)), tuple(person.payments))
