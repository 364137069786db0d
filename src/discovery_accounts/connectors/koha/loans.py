"""Loans of a Koha patron: all of them in few calls, and one with its renewability."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial

from discovery_accounts.connectors.api import (
    LibraryError,
    Loan,
    NoSuchLoan,
    NotAPatron,
    UnexpectedAnswer,
    WrongPatron,
)
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.editions import CHECKOUT_EMBEDS, CORE, WITH_PLUGIN, Choice, Listing
from discovery_accounts.connectors.koha.errors import read_fault
from discovery_accounts.connectors.koha.fields import KohaFields, total_count
from discovery_accounts.connectors.koha.ids import is_id
from discovery_accounts.connectors.koha.records import read_checkout, with_renewability
from discovery_accounts.connectors.koha.settings import KohaSettings
from discovery_accounts.connectors.koha.titles import NO_WORK, Titles
from discovery_accounts.connectors.paging import LoanRow, Part, read_all
from discovery_accounts.connectors.transport import HttpAnswer

_PAGE_SIZE = 200
# Copies due at the same minute are common; the second key keeps pages from sharing or losing one.
_ORDER = {"_order_by": "+due_date,+checkout_id"}


class Loans:
    """Reads loans; what this version of Koha understands is found out once and remembered."""

    def __init__(self, client: KohaClient, titles: Titles, settings: KohaSettings) -> None:
        self._client = client
        self._titles = titles
        self._zone = settings.timezone
        self._listings = Choice[Listing](WITH_PLUGIN if settings.di_plugin else CORE)
        self._embeds = Choice[str](CHECKOUT_EMBEDS)

    async def all(self, patron_id: str) -> tuple[Loan, ...] | NotAPatron:
        """Every loan of the patron once, the next due first. Raises ``WrongPatron``."""
        if not is_id(patron_id):
            return NotAPatron()
        failure: LibraryError = UnexpectedAnswer("listing loans")
        for listing in self._listings.candidates():
            items: dict[str, int] = {}
            try:
                rows = await read_all(partial(self._part, listing, patron_id, items), _PAGE_SIZE)
            except _NotUnderstoodError as not_understood:
                failure = not_understood.failure
                continue
            except _NoPatronError:
                return NotAPatron()
            self._listings.understood(listing)
            return await self._titled([row.loan for row in rows], items)
        raise failure

    async def _titled(self, loans: list[Loan], items: Mapping[str, int]) -> tuple[Loan, ...]:
        """The loans with titles; where the list brought none, they are asked for together."""
        if any(loan.title for loan in loans):
            return tuple(loans)
        works = await self._titles.of_items(items.values())
        known = [works.get(items.get(loan.loan_id, 0), NO_WORK) for loan in loans]
        return tuple(
            replace(
                loan,
                title=work.title,
                author=loan.author or work.author,
                record_id=loan.record_id or work.record_id,
            )
            for loan, work in zip(loans, known, strict=True)
        )

    async def one(self, patron_id: str, loan_id: str) -> Loan | NoSuchLoan:
        """One loan of the patron, with ``renewable`` true or false; two calls side by side."""
        if not (is_id(patron_id) and is_id(loan_id)):
            return NoSuchLoan(loan_id)
        asking = asyncio.create_task(self._client.get(f"/v1/checkouts/{loan_id}/allows_renewal"))
        try:
            loan = await self.owned(patron_id, loan_id)
            return loan if isinstance(loan, NoSuchLoan) else _asked(loan, await asking)
        finally:
            await _drop(asking)

    async def owned(self, patron_id: str, loan_id: str) -> Loan | NoSuchLoan:
        """The loan if the patron has it now; a returned one and somebody else's are ``NoSuchLoan``."""
        if not (is_id(patron_id) and is_id(loan_id)):
            return NoSuchLoan(loan_id)
        answer = await self._checkout(loan_id)
        if answer is None:
            return NoSuchLoan(loan_id)
        row = read_checkout(answer.json(), self._zone)
        theirs = row.owner == patron_id and row.loan.loan_id == loan_id
        return row.loan if theirs and row.still_out else NoSuchLoan(loan_id)

    async def _checkout(self, loan_id: str) -> HttpAnswer | None:
        failure: LibraryError = UnexpectedAnswer("reading a loan")
        for embed in self._embeds.candidates():
            answer = await self._client.get(f"/v1/checkouts/{loan_id}", embed=embed)
            if answer.status == 200:
                self._embeds.understood(embed)
                return answer
            fault = read_fault(answer)
            if fault.about_a_thing:
                return None
            failure = fault.as_error("reading a loan")
            if fault.status != 400:
                break
        raise failure

    async def _part(
        self, listing: Listing, patron_id: str, items: dict[str, int], offset: int, size: int
    ) -> Part:
        number = offset // size + 1
        path, params = listing.where(patron_id)
        params |= _ORDER | {"_page": str(number), "_per_page": str(size)}
        answer = await self._client.get(path, params, embed=listing.embed)
        if answer.status != 200:
            fault = read_fault(answer)
            if fault.about_a_thing:
                raise _NoPatronError
            failure = fault.as_error(f"listing loans at {listing.path}")
            raise _NotUnderstoodError(failure) if fault.status in (400, 404) else failure
        rows = answer.json()
        if not isinstance(rows, list):
            raise UnexpectedAnswer("checkouts is not a list")
        return Part(
            tuple(self._of(patron_id, row, items) for row in rows), _total(answer, len(rows), number, size)
        )

    def _of(self, patron_id: str, value: object, items: dict[str, int]) -> LoanRow:
        row = read_checkout(value, self._zone)
        if row.owner != patron_id:
            raise WrongPatron("a list of loans holds a loan of somebody else")
        if (item_id := KohaFields(value, "checkout").number("item_id")) is not None:
            items[row.loan.loan_id] = item_id
        return row


class _NotUnderstoodError(Exception):
    """This version lacks the address, or something that was asked along with it."""

    def __init__(self, failure: LibraryError) -> None:
        super().__init__(failure.code)
        self.failure = failure


class _NoPatronError(Exception):
    """Koha has no such patron."""


def _total(answer: HttpAnswer, rows: int, number: int, size: int) -> int:
    told = total_count(answer)
    if told is not None:
        return told
    if number == 1 and rows < size:
        return rows
    raise UnexpectedAnswer("checkouts: X-Total-Count is missing")


def _asked(loan: Loan, answer: HttpAnswer) -> Loan | NoSuchLoan:
    if answer.status == 200:
        return with_renewability(loan, answer.json())
    fault = read_fault(answer)
    if fault.about_a_thing:  # returned between the two calls
        return NoSuchLoan(loan.loan_id)
    raise fault.as_error("asking whether a loan can be renewed")


async def _drop(task: asyncio.Task[HttpAnswer]) -> None:
    """Ends a call whose answer does not matter any more."""
    task.cancel()
    with suppress(asyncio.CancelledError, LibraryError):
        await task
