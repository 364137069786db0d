"""Renewing loans that are the patron's own: whose they are first, then one call each, sent once."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from discovery_accounts.connectors.api import (
    LibraryError,
    Loan,
    NoSuchLoan,
    NotAPatron,
    Refused,
    Renewal,
    RenewalUnknown,
)
from discovery_accounts.connectors.parallel import together

Post = Callable[[str], Awaitable[Renewal]]
"""Asks the library to renew the loan of that id. Raises the kinds of ``LibraryError``."""


class OwnLoans(Protocol):
    """The part of a connector that knows whose loans are whose."""

    async def all(self, patron_id: str) -> tuple[Loan, ...] | NotAPatron:
        """Every loan of the patron."""
        ...

    async def owned(self, patron_id: str, loan_id: str) -> Loan | NoSuchLoan:
        """The loan if the patron has it now."""
        ...


async def renew_own(
    loans: OwnLoans,
    patron_id: str,
    loan_ids: Sequence[str] | None,
    post: Post,
    undone: tuple[type[LibraryError], ...] = (Refused,),
) -> tuple[Renewal, ...]:
    """One result for each loan, in the order asked; see ``RenewsLoans``.

    ``undone`` are the failures after which the loan is certainly as it was although the call was sent.
    Raises the first failure when every try certainly renewed nothing.
    """
    asked = None if loan_ids is None else tuple(dict.fromkeys(loan_ids))
    owned = await _owned(loans, patron_id, asked)
    return await renew_these(owned if asked is None else asked, owned, post, undone)


async def renew_these(
    wanted: Sequence[str],
    owned: Collection[str],
    post: Post,
    undone: tuple[type[LibraryError], ...] = (Refused,),
) -> tuple[Renewal, ...]:
    """One result for each of the ``wanted`` loans, each once; what is not ``owned`` is not sent. As
    :func:`renew_own` otherwise."""
    own = [loan_id for loan_id in wanted if loan_id in owned]
    tries = await together([partial(_try, post, loan_id, undone) for loan_id in own])
    if tries and all(isinstance(one, _NotDone) for one in tries):
        raise next(one.failure for one in tries if isinstance(one, _NotDone))
    results: dict[str, Renewal] = {
        loan_id: RenewalUnknown(loan_id) if isinstance(one, _NotDone) else one
        for loan_id, one in zip(own, tries, strict=True)
    }
    return tuple(results.get(loan_id, NoSuchLoan(loan_id)) for loan_id in wanted)


@dataclass(frozen=True, slots=True)
class _NotDone:
    """A try that certainly renewed nothing."""

    failure: LibraryError


async def _owned(loans: OwnLoans, patron_id: str, asked: tuple[str, ...] | None) -> tuple[str, ...]:
    """The patron's loans among those asked for: a single one is read alone, several from the list."""
    if asked is not None and len(asked) < 2:
        found = [await loans.owned(patron_id, loan_id) for loan_id in asked]
        return tuple(loan.loan_id for loan in found if not isinstance(loan, NoSuchLoan))
    listed = await loans.all(patron_id)
    return () if isinstance(listed, NotAPatron) else tuple(loan.loan_id for loan in listed)


async def _try(post: Post, loan_id: str, undone: tuple[type[LibraryError], ...]) -> Renewal | _NotDone:
    try:
        return await post(loan_id)
    except LibraryError as failure:
        certain = not failure.sent or isinstance(failure, undone)
        return _NotDone(failure) if certain else RenewalUnknown(loan_id)
