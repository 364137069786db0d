"""Whom a call is about. Any identifier matches in Alma unless the type is named, so it is, always."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from discovery_accounts.connectors.alma.settings import ANY_IDENTIFIER, PRIMARY_ID, AlmaSettings
from discovery_accounts.connectors.api import WrongPatron

_LONGEST = 255  # characters
_LOAN_ID = re.compile(r"[0-9]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Identity:
    """An identifier and its type."""

    value: str = field(repr=False)
    id_type: str

    @property
    def possible(self) -> bool:
        """Whether Alma could know it. Dots between slashes would lead to another address, also when a
        gateway decodes once more than it should."""
        plain = self.value.isprintable() and 0 < len(self.value) <= _LONGEST
        parts = re.split(r"[/\\]", f"{self.value}/{unquote(self.value)}")
        return plain and {".", ".."}.isdisjoint(parts)

    @property
    def path(self) -> str:
        """The address of the user; the identifier is one segment, whatever is in it."""
        return f"/almaws/v1/users/{quote(self.value, safe='')}"

    @property
    def params(self) -> dict[str, str]:
        """What names the type. A primary id has no type of its own: its answers are compared instead."""
        if self.id_type in (PRIMARY_ID, ANY_IDENTIFIER):
            return {"user_id_type": ANY_IDENTIFIER}
        return {"user_id_type": self.id_type}


def by_card(settings: AlmaSettings, number: str) -> Identity:
    """Who has that number on the card."""
    return Identity(number, settings.card_id_type)


def by_patron_id(settings: AlmaSettings, patron_id: str) -> Identity:
    """Who has that permanent id."""
    return Identity(patron_id, settings.permanent_id)


def is_number(text: str) -> bool:
    """Whether Alma could have such a loan, request or record; nothing else ever gets into a path."""
    return _LOAN_ID.fullmatch(text) is not None


def one_owner(settings: AlmaSettings, patron_id: str, owners: Iterable[str | None], what: str) -> None:
    """Raises ``WrongPatron`` when a list is about somebody else.

    Rows carry the primary id. Where something else is permanent it is not known here, but all rows must
    still be one person's.
    """
    told = {owner.casefold() for owner in owners if owner is not None}
    if settings.permanent_id == PRIMARY_ID:
        told.add(patron_id.casefold())
    if len(told) > 1:
        raise WrongPatron(f"a list of {what} holds one of somebody else")


def same(one: str, other: str) -> bool:
    """Whether two identifiers are the same to Alma, which takes no notice of case."""
    return one.casefold() == other.casefold()
