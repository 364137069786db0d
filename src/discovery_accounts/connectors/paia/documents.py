"""PAIA's documents: loans, reservations and orders in one list, and the answers to acts on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from discovery_accounts.connectors.api import UnexpectedAnswer
from discovery_accounts.connectors.paia.fields import PaiaFields

STORAGE = "http://purl.org/ontology/paia#StorageCondition"


class Status(IntEnum):
    """What a document is to a patron."""

    NO_RELATION = 0
    RESERVED = 1
    ORDERED = 2
    HELD = 3
    PROVIDED = 4
    REJECTED = 5


WANTED = frozenset({Status.RESERVED, Status.ORDERED, Status.PROVIDED})
"""What the house calls a hold."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document. ``key`` is its id in the house, unique in the patron's list; ``status`` is ``None`` in an
    answer that tells only what is wrong."""

    key: str
    status: Status | None
    fields: PaiaFields

    @property
    def names(self) -> Mapping[str, str]:
        """The URIs by which the server knows it: of the copy, of the edition, or both."""
        told = {name: self.fields.text(name) for name in ("item", "edition")}
        return {name: uri for name, uri in told.items() if uri} or {
            "edition": self.fields.needed("requested")
        }

    @property
    def refused(self) -> bool:
        """Whether the answer is a no, in words for people that nobody can map."""
        return self.fields.has("error") or self.status is Status.REJECTED

    @property
    def asks_storage(self) -> bool:
        """Whether the no is that a place must be chosen."""
        return STORAGE in self.fields.inner("condition").names()


def read_documents(answer: PaiaFields, patron_id: str) -> tuple[Document, ...]:
    """All documents of an answer about that patron. Many may wait for the same copy or edition, so what is not
    on loan has a mark of the patron in its key."""
    mark = sha256(patron_id.encode()).hexdigest()[:8]
    found: dict[str, Document] = {}
    for row in answer.rows("doc"):
        item, edition = row.text("item"), row.text("edition")
        status = _status(row)
        suffix = "" if status is Status.HELD else f"#{mark}"
        key = f"{item or edition or row.needed('requested')}{suffix}"
        if key in found:
            key = f"{item} {edition}{suffix}"
        found[key] = Document(key, status, row)
    return tuple(found.values())


def answer_about(documents: Sequence[Document], names: Mapping[str, str]) -> Document | None:
    """The document that answers for the one of those names; a copy may stand for an edition, never for
    another copy."""
    item, edition = names.get("item"), names.get("edition")
    for document in documents:
        told = document.fields
        if item is not None and item in (told.text("item"), told.text("requested")):
            return document
    for document in documents:
        told = document.fields
        if edition in (told.text("edition"), told.text("requested")) and (
            item is None or not told.has("item")
        ):
            return document
    return None


def _status(row: PaiaFields) -> Status | None:
    told = row.whole("status")
    try:
        return None if told is None else Status(told)
    except ValueError:
        raise UnexpectedAnswer("doc.status is not one of PAIA's") from None
