"""Asking a server of OAI-PMH.

oaipmh-scythe puts the questions and knows the protocol's errors and elements. Answers come by our own door, for they
must be bounded, and a cut-off answer must not be mended silently: with it the rest of the list would be lost.
"""

from dataclasses import dataclass
from typing import Any, cast

from lxml import etree
from oaipmh_scythe import Scythe
from oaipmh_scythe.client import OAI_NAMESPACE
from oaipmh_scythe.exceptions import BadResumptionToken, NoRecordsMatch, OAIPMHException
from oaipmh_scythe.iterator import OAIResponseIterator
from oaipmh_scythe.models import Header
from oaipmh_scythe.response import OAIResponse

from discovery_accounts.sources.api import PlaceLost, SourceFailed
from discovery_accounts.sources.documents import local_name, parse_answer, text_of
from discovery_accounts.sources.door import Door

_MOST_TOKEN = 20_000


@dataclass(frozen=True, slots=True)
class Item:
    """``metadata`` is the first element within ``metadata``, ``None`` where there is none."""

    identifier: str
    deleted: bool
    metadata: etree._Element | None


@dataclass(frozen=True, slots=True)
class Page:
    """``broken`` counts records without a header. ``responded_at`` is the server's text, maybe empty."""

    items: tuple[Item, ...] = ()
    broken: int = 0
    token: str | None = None
    responded_at: str = ""


class OaiClient(Scythe):
    def __init__(self, door: Door) -> None:
        super().__init__(door.url, iterator=OAIResponseIterator)
        self._door = door

    def harvest(self, query: dict[str, str]) -> OAIResponse:
        """Raises ``OAIPMHException`` for an error of the protocol, ``SourceFailed`` for any other."""
        answer = self._door.ask(list(query.items()))
        fault = "not_oai_pmh" if answer.status == 200 else f"http_{answer.status}"
        try:
            root = parse_answer(answer.content)
        except SourceFailed:
            if answer.status != 200:
                raise SourceFailed(fault) from None
            raise
        if local_name(root) != "OAI-PMH":
            raise SourceFailed(fault)
        response = _Received(root, query)
        try:
            response.raise_for_oaipmh_error()
        except TypeError:  # an error's code that is no class of errors
            raise SourceFailed("oai_error") from None
        if answer.status != 200:
            raise SourceFailed(fault)
        return response

    def page(self, prefix: str, since: str | None, set_: str | None, token: str | None) -> Page:
        """One page of the list: by its token, else the first since then. Raises ``SourceFailed``, ``PlaceLost``."""
        wanted: dict[str, Any] = {"from_": since, "metadata_prefix": prefix, "set_": set_}
        if token is not None:
            # metadata_prefix has a default that would be told of as dropped
            wanted = {"resumption_token": token, "metadata_prefix": None}
        try:
            response = cast(OAIResponse, next(iter(self.list_records(**wanted))))
        except NoRecordsMatch:
            return Page()
        except BadResumptionToken:
            raise PlaceLost from None
        except OAIPMHException as error:
            raise SourceFailed(f"oai_{type(error).__name__}") from None
        return _page(response.xml)

    def granularity(self) -> str:
        """The server's own, or days, which each must know."""
        try:
            told = getattr(self.identify(), "granularity", None)
        except (OAIPMHException, ValueError):
            return "YYYY-MM-DD"
        return str(told or "YYYY-MM-DD").strip()


class _Received(OAIResponse):
    """What came, parsed once and by our own parser."""

    def __init__(self, root: etree._Element, query: dict[str, str]) -> None:
        super().__init__(cast(Any, None), query)
        self._root = root

    @property
    def xml(self) -> etree._Element:
        return self._root


def _page(root: etree._Element) -> Page:
    listed = root.find(f"{OAI_NAMESPACE}ListRecords")
    if listed is None:
        raise SourceFailed("not_oai_pmh")
    items, broken = [], 0
    for record in listed.iterfind(f"{OAI_NAMESPACE}record"):
        header = record.find(f"{OAI_NAMESPACE}header")
        told = Header(header) if header is not None else None
        identifier = (told.identifier or "").strip() if told is not None else ""
        if told is None or not identifier:
            broken += 1
            continue
        metadata = record.find(f"{OAI_NAMESPACE}metadata")
        first = (
            next((child for child in metadata if local_name(child)), None) if metadata is not None else None
        )
        items.append(Item(identifier, told.deleted, first))
    token = text_of(listed.find(f"{OAI_NAMESPACE}resumptionToken")).strip()
    if len(token) > _MOST_TOKEN:
        raise SourceFailed("token_too_long")
    responded_at = text_of(root.find(f"{OAI_NAMESPACE}responseDate")).strip()
    return Page(tuple(items), broken, token or None, responded_at)
