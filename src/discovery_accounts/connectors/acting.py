"""What a person does at one library, within a deadline: sign in with a card, renew loans."""

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import cast

from discovery_accounts.connectors.api import (
    Capability,
    Connector,
    LibraryError,
    NotAPatron,
    PatronRecord,
    Renewal,
    RenewalUnknown,
    RenewsLoans,
    TimedOut,
    UnexpectedAnswer,
    Unsupported,
    Verification,
    Verified,
    VerifiesPatrons,
    WrongPatron,
)
from discovery_accounts.connectors.reading import patron_record
from discovery_accounts.connectors.watch import Watch, ask, ask_until

Verifying = asyncio.Task[Verification | LibraryError]


@dataclass(frozen=True, slots=True)
class SignInAnswer:
    """The verdict on a card number and PIN. ``patron`` is ``None`` unless they were verified at a
    library that can be asked for the record; its failure does not undo the verdict."""

    verification: Verification
    patron: PatronRecord | NotAPatron | LibraryError | None = None


@dataclass(frozen=True, slots=True)
class RenewRequest:
    """Loans of one card to renew, or all of them when ``loan_ids`` is ``None``."""

    key: Hashable
    library: str
    patron_id: str = field(repr=False)
    loan_ids: tuple[str, ...] | None = None


async def sign_in(
    connector: Connector,
    card_number: str,
    pin: str,
    *,
    watch: Watch,
    until: float,
    keep: Callable[[Verifying], None] | None,
) -> SignInAnswer:
    """Verify a typed PIN and read the patron, until ``until`` (the loop's clock, seconds).

    Raises ``LibraryError`` when there is no verdict. A verification still under way then is given
    to ``keep``, because the library may be counting a refusal; without one it is cancelled.
    """
    if Capability.VERIFY_PATRON not in connector.capabilities:
        raise Unsupported("verify_patron", sent=False)
    verify = cast(VerifiesPatrons, connector).verify_patron
    check = asyncio.create_task(ask(watch, verify, card_number, pin))
    try:
        await asyncio.wait({check}, timeout=max(0.0, until - asyncio.get_running_loop().time()))
    finally:
        if not check.done():
            _ = check.cancel() if keep is None else keep(check)
    if not check.done():
        raise TimedOut("no verdict within the time given")
    verdict = check.result()
    if isinstance(verdict, LibraryError):
        raise verdict
    if not isinstance(verdict, Verified) or Capability.READ_PATRON not in connector.capabilities:
        return SignInAnswer(verdict)
    return SignInAnswer(verdict, await patron_record(connector, verdict.patron_id, watch, until))


async def renew_card(
    connector: Connector, request: RenewRequest, *, watch: Watch, until: float
) -> tuple[Renewal, ...] | LibraryError:
    """One result for every loan listed. At ``until`` the work is cancelled, so that nothing is
    renewed behind the back of a person who was told that the result is not known."""
    if Capability.RENEW_LOANS not in connector.capabilities:
        return Unsupported("renew_loans", sent=False)
    renew = cast(RenewsLoans, connector).renew_loans
    results = await ask_until(until, watch, renew, request.patron_id, request.loan_ids)
    if isinstance(results, WrongPatron):
        return results
    if isinstance(results, TimedOut | UnexpectedAnswer) and results.sent:
        return unanswered(request, results)
    if isinstance(results, LibraryError) or request.loan_ids is None:
        return results
    told = {result.loan_id for result in results}
    untold = (RenewalUnknown(loan_id) for loan_id in request.loan_ids if loan_id not in told)
    return (*results, *untold)


def unanswered(request: RenewRequest, error: LibraryError) -> tuple[Renewal, ...] | LibraryError:
    """What to say of renewals that may or may not have been made."""
    if request.loan_ids is None:
        return error
    return tuple(RenewalUnknown(loan_id) for loan_id in request.loan_ids)
