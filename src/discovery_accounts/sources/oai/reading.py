"""Reading a catalogue by OAI-PMH: set by set, page by page, from the mark on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from lxml import etree

from discovery_accounts.domain.new_record import BrokenRecord, NewRecord, read_moment
from discovery_accounts.sources import dublin_core, marc
from discovery_accounts.sources.api import Batch, SoFar
from discovery_accounts.sources.documents import local_name
from discovery_accounts.sources.marc_options import MarcOptions
from discovery_accounts.sources.oai.client import Item, OaiClient, Page
from discovery_accounts.sources.oai.place import Place, read_place


@dataclass(frozen=True, slots=True)
class OaiOptions:
    """``prefix`` is the metadata prefix; ``overlap`` is how far before the mark a reading begins, because servers
    list a change late; ``record_id`` makes the record's id of the server's identifier."""

    prefix: str
    sets: tuple[str, ...] = ()
    overlap: timedelta = timedelta(hours=1)
    record_id: Callable[[str], str] = str
    marc: MarcOptions = field(default_factory=MarcOptions)


def after_last_colon(identifier: str) -> str:
    """``KOHA-OAI:4711`` and ``oai:alma.INST:9912345`` are the system's own ids with something before them."""
    return identifier.rpartition(":")[2]


class OaiSource:
    """The mark is the server's time when the last whole reading began, or ours where that is earlier."""

    def __init__(self, name: str, client: Callable[[], OaiClient], options: OaiOptions) -> None:
        self._name = name
        self._client = client
        self._options = options

    def batches(self, so_far: SoFar) -> Iterator[Batch]:
        client = self._client()
        place = read_place(so_far.place) or self._begin(client, so_far)
        sets: tuple[str | None, ...] = self._options.sets or (None,)
        while place.set_at < len(sets):
            page = client.page(self._options.prefix, place.since, sets[place.set_at], place.token)
            if not place.began:
                place = replace(place, began=_began(page, so_far.now))
            if page.token is not None:
                place = place.moved(page.token, bool(page.items))
            else:
                place = place.next_set()
            ended = place.set_at >= len(sets)
            read = self._read(page)
            yield replace(read, place=None if ended else place.to_json(), mark=place.began if ended else None)
            if ended:
                return
        # the sets have become fewer since
        yield Batch(mark=place.began or _text(so_far.now))

    def _begin(self, client: OaiClient, so_far: SoFar) -> Place:
        mark = read_moment(so_far.mark)
        if mark is None:
            return Place()
        since = mark - self._options.overlap
        by_seconds = client.granularity() == "YYYY-MM-DDThh:mm:ssZ"
        return Place(since=_text(since) if by_seconds else since.date().isoformat())

    def _read(self, page: Page) -> Batch:
        records: list[NewRecord] = []
        deleted: list[str] = []
        broken = page.broken
        for item in page.items:
            own = self._options.record_id(item.identifier)
            try:
                if item.deleted or (record := self._record(item, own)) is None:
                    deleted.append(self._options.marc.id_prefix + own)
                else:
                    records.append(record)
            except BrokenRecord:
                broken += 1
        return Batch(tuple(records), tuple(deleted), broken, told_at=read_moment(page.responded_at))

    def _record(self, item: Item, own: str) -> NewRecord | None:
        """``None`` where the record itself says that it is deleted. Raises ``BrokenRecord``."""
        if item.metadata is None:
            raise BrokenRecord("no metadata")
        options = self._options.marc
        if _is_marc(item.metadata):
            found = marc.from_element(item.metadata)
            return None if marc.is_deleted(found) else marc.to_record(found, self._name, own, options)
        if etree.QName(item.metadata).namespace == dublin_core.NAMESPACE:
            return dublin_core.to_record(
                item.metadata, self._name, options.id_prefix + own if own else "", options.libraries
            )
        raise BrokenRecord("neither MARC nor Dublin Core")


def _is_marc(element: etree._Element) -> bool:
    return local_name(element) == "record" and etree.QName(element).namespace in (marc.NAMESPACE, None)


def _began(page: Page, now: datetime) -> str:
    """The server's time, for its dates are its own; a clock that is ahead of ours must not skip what comes."""
    told = read_moment(page.responded_at)
    return _text(min(told, now) if told is not None else now)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
