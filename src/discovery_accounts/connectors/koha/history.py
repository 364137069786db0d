"""Returned loans of a Koha patron, and whether the library keeps them."""

from discovery_accounts.connectors.api import (
    MOST_PAST_LOANS,
    HistoryDeleted,
    HistoryKeeping,
    HistoryPage,
    NotAPatron,
    PastLoan,
    WrongPatron,
)
from discovery_accounts.connectors.koha.asking import ask_first, rows_of
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.editions import HISTORY, HISTORY_WITH_PLUGIN, Choice, Listing
from discovery_accounts.connectors.koha.errors import read_fault
from discovery_accounts.connectors.koha.fields import KohaFields, total_count
from discovery_accounts.connectors.koha.ids import is_id
from discovery_accounts.connectors.koha.keeping import writable
from discovery_accounts.connectors.koha.plugin import PATRONS, nobody
from discovery_accounts.connectors.koha.records import title_of
from discovery_accounts.connectors.koha.settings import KohaSettings
from discovery_accounts.connectors.koha.titles import NO_WORK, Titles, Work
from discovery_accounts.connectors.transport import HttpAnswer

# Koha's numbers in `privacy`: for ever, as the library has it, never.
PRIVACY = {0: HistoryKeeping.KEPT, 1: HistoryKeeping.BY_LIBRARY, 2: HistoryKeeping.NOT_KEPT}
_NUMBERS = {keeping: number for number, keeping in PRIVACY.items()}
CHOICES = tuple(_NUMBERS)


class History:
    """Reads, keeps and deletes the loans of the past."""

    def __init__(self, client: KohaClient, titles: Titles, settings: KohaSettings) -> None:
        self._client = client
        self._titles = titles
        self._settings = settings
        self._listings = Choice[Listing](HISTORY_WITH_PLUGIN if settings.di_plugin else HISTORY)

    async def page(self, patron_id: str, offset: int) -> HistoryPage | NotAPatron:
        """See ``ListsHistory``. One call; older versions take one more for all titles. Where nothing is found,
        one more: the list of core Koha does not tell nobody from somebody without loans."""
        if not is_id(patron_id):
            return NotAPatron()
        number, skipped = divmod(max(offset, 0), MOST_PAST_LOANS)
        paging = {"_page": str(number + 1), "_per_page": str(MOST_PAST_LOANS)}
        answered = await ask_first(self._client, self._listings, patron_id, "listing returned loans", paging)
        if answered is None:
            return NotAPatron()
        rows = rows_of(answered.answer, "checkouts", whole=False)
        for row in rows:
            if row.identifier("patron_id") != patron_id:
                raise WrongPatron("a history holds a loan of somebody else")
        if (
            not rows
            and not answered.row.finds_patron
            and isinstance(await self._whole(patron_id), NotAPatron)
        ):
            return NotAPatron()
        total = total_count(answered.answer)
        end = (number + 1) * MOST_PAST_LOANS
        more = len(rows) == MOST_PAST_LOANS if total is None else total > end
        titled = bool(answered.row.embed) or not answered.row.path.startswith("/v1/checkouts")
        works = {} if titled else await self._titles.of_items(row.number("item_id") for row in rows)
        loans = [self._loan(row, works.get(row.number("item_id") or 0, NO_WORK)) for row in rows]
        return HistoryPage(tuple(loans[skipped:]), total, end if more else None)

    def _loan(self, row: KohaFields, work: Work) -> PastLoan:
        """The title stands in the row (plugin), along with its item, or was looked up."""
        zone = self._settings.timezone
        biblio = row.inner("item").inner("biblio")
        number = row.number("biblio_id") or biblio.number("biblio_id")
        return PastLoan(
            row.identifier("checkout_id"),
            title_of(row) or title_of(biblio) or work.title,
            row.text("author") or biblio.text("author") or work.author,
            str(number) if number is not None else work.record_id,
            row.moment("checkout_date", zone),
            row.moment("checkin_date", zone),
        )

    async def keeping(self, patron_id: str) -> HistoryKeeping | NotAPatron:
        """See ``SwitchesHistory``. One call."""
        whole = await self._whole(patron_id)
        return whole if isinstance(whole, NotAPatron) else _keeping(KohaFields(whole, "patron"))

    async def keep(self, patron_id: str, keeping: HistoryKeeping) -> HistoryKeeping | NotAPatron:
        """See ``SwitchesHistory``. One call with the plugin, else two: Koha writes whole records only."""
        if not is_id(patron_id):
            return NotAPatron()
        wanted = {"privacy": _NUMBERS[keeping]}
        if self._settings.di_plugin:
            answer = await self._client.act("PATCH", f"{PATRONS}/{patron_id}", wanted)
            if answer.status == 202:  # waits for staff
                return await self.keeping(patron_id)
        else:
            whole = await self._whole(patron_id)
            if isinstance(whole, NotAPatron):
                return whole
            answer = await self._client.act("PUT", f"/v1/patrons/{patron_id}", writable(whole) | wanted)
        return _kept(answer, patron_id, keeping)

    async def delete(self, patron_id: str) -> HistoryDeleted | NotAPatron:
        """See ``DeletesHistory``. One call to the plugin."""
        if not is_id(patron_id):
            return NotAPatron()
        answer = await self._client.act("DELETE", f"{PATRONS}/{patron_id}/checkouts/history")
        if answer.status == 204:
            return HistoryDeleted()
        return nobody(read_fault(answer), "deleting the history")

    async def _whole(self, patron_id: str) -> dict[str, object] | NotAPatron:
        if not is_id(patron_id):
            return NotAPatron()
        answer = await self._client.get(f"/v1/patrons/{patron_id}")
        if answer.status != 200:
            return nobody(read_fault(answer), "reading a patron")
        return _theirs(answer, patron_id)


def _theirs(answer: HttpAnswer, patron_id: str) -> dict[str, object]:
    whole = answer.json()
    if KohaFields(whole, "patron").identifier("patron_id") != patron_id:
        raise WrongPatron("a patron record of somebody else")
    assert isinstance(whole, dict)
    return whole


def _keeping(fields: KohaFields) -> HistoryKeeping:
    number = fields.number("privacy")
    known = None if number is None else PRIVACY.get(number)
    if known is None:
        raise fields.fault("privacy", "0, 1 or 2")
    return known


def _kept(answer: HttpAnswer, patron_id: str, wanted: HistoryKeeping) -> HistoryKeeping | NotAPatron:
    if answer.status == 200:
        fields = KohaFields(answer.json(), "patron")
        # The plugin answers in the words of the API or of the database.
        told = {fields.number(name) for name in ("patron_id", "borrowernumber")} - {None}
        if told - {int(patron_id)}:
            raise WrongPatron("a change answered for somebody else")
        return _keeping(fields) if "privacy" in fields.names else wanted
    if answer.status == 204:  # it was so already
        return wanted
    return nobody(read_fault(answer), "choosing whether the history is kept")
