"""Patron records as the portal may find, make, change and remove them."""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Protocol, runtime_checkable

from discovery_accounts.connectors.api.patrons import NotAPatron, PatronRecord


@dataclass(frozen=True, slots=True, repr=False)
class PatronDetails:
    """What a library is told of a person; ``None`` is not told, and changes nothing.

    ``identity_code`` is the national one. ``shared_id`` is a field of ``FindsPatrons.match_fields``
    and the value that library and provider share. ``language`` is a code of ours (fi, sv, nb, en).
    """

    given_names: str | None = None
    family_name: str | None = None
    email: str | None = None
    phone: str | None = None
    user_name: str | None = None
    identity_code: str | None = None
    shared_id: tuple[str, str] | None = None
    language: str | None = None

    @property
    def told(self) -> tuple[str, ...]:
        """The names of the fields that are given."""
        return tuple(one.name for one in fields(self) if getattr(self, one.name) is not None)

    def __repr__(self) -> str:
        return f"PatronDetails(told={self.told})"


@dataclass(frozen=True, slots=True)
class ChangeRefused:
    """Nothing was changed: these fields, by their names in ``PatronDetails``, are not the portal's
    to change there (somebody else maintains them, or a value is taken)."""

    fields: tuple[str, ...]


class NotRemovable(StrEnum):
    """Why a patron can't be removed; ``LIBRARY_SAYS_NO`` when the vendor's reason is unknown."""

    OPEN_LOANS = "open_loans"
    UNPAID_FEES = "unpaid_fees"
    GUARANTOR = "guarantor"
    PROTECTED = "protected"
    LIBRARY_SAYS_NO = "library_says_no"


@dataclass(frozen=True, slots=True)
class Removed:
    """The library removed the record."""


@dataclass(frozen=True, slots=True)
class NotRemoved:
    """The library keeps the record; ``because`` is a code of :class:`NotRemovable`."""

    because: str


Removal = Removed | NotRemoved | NotAPatron


Change = PatronRecord | NotAPatron | ChangeRefused


MOST_FOUND = 3
"""More is never told: none, one and several is all that a caller needs to know."""


CARD_NUMBER = "card_number"
"""A field by which every library finds patrons: the number that a person types to sign in, in force."""


@runtime_checkable
class FindsPatrons(Protocol):
    """``Capability.FIND_PATRONS``: whole values only, whatever signs are in them; at most ``MOST_FOUND``.

    ``match_fields`` are the fields to find by, beside ``CARD_NUMBER``. A ``*`` in one stands for a code of
    the library's own.
    """

    @property
    def match_fields(self) -> tuple[str, ...]: ...

    async def find_patrons(self, field: str, value: str) -> tuple[PatronRecord, ...]:
        """Everybody with that value. Raises ``Unsupported`` for a field there is not."""
        ...

    async def find_by_email(self, email: str) -> tuple[PatronRecord, ...]:
        """Everybody with that address on file, however they stand; capital letters make no difference."""
        ...


@runtime_checkable
class MakesPatrons(Protocol):
    """``Capability.MAKE_PATRONS``."""

    async def make_patron(self, details: PatronDetails, once: str) -> PatronRecord:
        """A new patron, or the one made before with the same ``once``, a word that is nobody's name.

        Raises ``NotMade`` when the library will not. After any other failure that was ``sent`` the
        patron may have been made: ask again with the same word.
        """
        ...


@runtime_checkable
class ChangesPatrons(Protocol):
    """``Capability.CHANGE_PATRONS``: all of the fields told, or none of them."""

    async def change_patron(self, patron_id: str, changes: PatronDetails) -> Change: ...


@runtime_checkable
class RemovesPatrons(Protocol):
    """``Capability.REMOVE_PATRONS``: open loans, fees and guarantees keep a patron."""

    async def remove_patron(self, patron_id: str) -> Removal: ...
