"""What a new record must be apart from its words: filters by named fields of the record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.folding import fold
from discovery_accounts.domain.language_code import language_code
from discovery_accounts.domain.new_record import NewRecord, clean_text

FIELDS = ("format", "languages", "libraries", "branches", "audience")
"""The names are those of the record's fields."""

MOST_VALUES = 100
MOST_TEXT = 100
"""Characters of one value."""


@dataclass(frozen=True, slots=True)
class Filters:
    """A record has to have one of the ``values`` of each field named, as they were written."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def folded(self) -> Mapping[str, tuple[str, ...]]:
        """By field in the order of ``FIELDS``, each value once, as they are compared."""
        return {
            name: tuple(sorted({as_compared(name, one) for one in self.values[name]}))
            for name in FIELDS
            if self.values.get(name)
        }


def read_filters(given: Any) -> Filters:
    """From ``{field: [values]}``; one text stands for a list of one, an empty list for no filter.

    Raises ``BadShape`` about ``filters`` or ``filters.NAME``: ``bad_shape``, ``unknown`` for a field there is none of,
    ``too_many`` or ``too_long`` values.
    """
    if given is None:
        return Filters()
    if not isinstance(given, Mapping):
        raise BadShape("filters", "bad_shape")
    for name in given:
        if name not in FIELDS:
            raise BadShape(f"filters.{clean_text(str(name))[:40]}", "unknown")
    read = {name: _values(f"filters.{name}", given[name]) for name in FIELDS if name in given}
    return Filters({name: values for name, values in read.items() if values})


def as_compared(name: str, value: str) -> str:
    """A value of the field ``name``, folded; a language by one code, whichever of its codes or names is written."""
    if name == "languages":
        value = language_code(value) or value
    return " ".join(fold(value).split())


def values_of(record: NewRecord, name: str) -> tuple[str, ...]:
    """What a record has in a field that can be filtered by, as compared."""
    has = getattr(record, name)
    if has is None:
        return ()
    return tuple(as_compared(name, one) for one in ((has,) if isinstance(has, str) else has))


def _values(where: str, given: Any) -> tuple[str, ...]:
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, list | tuple) or not all(isinstance(one, str) for one in given):
        raise BadShape(where, "bad_shape")
    if len(given) > MOST_VALUES:
        raise BadShape(where, "too_many")
    if any(len(one) > MOST_TEXT for one in given):
        raise BadShape(where, "too_long")
    cleaned = map(clean_text, given)
    return tuple(dict.fromkeys(one for one in cleaned if one))
