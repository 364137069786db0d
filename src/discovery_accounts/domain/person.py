"""What an identity provider tells of a person, in the words of the consent (rules 4.5)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """Each field is ``None`` when the provider did not tell. Nothing here decides whose account it is.

    ``user_name`` is of the form name@realm, ``identity_code`` the national personal identity code.
    """

    user_name: str | None = None
    given_names: str | None = None
    family_name: str | None = None
    identity_code: str | None = None
    phone: str | None = None
    email: str | None = None

    def __repr__(self) -> str:
        return f"Person(told={self.told})"

    @property
    def told(self) -> tuple[str, ...]:
        """The names of the fields that have a value, in the order of the consent."""
        return tuple(name for name in FIELDS if getattr(self, name))

    @property
    def full_name(self) -> str | None:
        return " ".join(part for part in (self.given_names, self.family_name) if part) or None

    def as_mapping(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in self.told}

    @classmethod
    def from_mapping(cls, values: Mapping[str, str]) -> "Person":
        """One readable line a field: what is none, whatever it was, is taken as not told."""
        lines = {name: line_of(values[name]) for name in FIELDS if name in values}
        return cls(**{name: line for name, line in lines.items() if line})


def line_of(told: str) -> str | None:
    """A text as one line of at most 254 characters, blanks folded; ``None`` where it has characters that can't
    be seen, which turn the rest of a page around or make two names look alike."""
    text = " ".join(told.split())
    return text if text and text.isprintable() and len(text) <= LONGEST else None


LONGEST = 254  # characters of a field; longer ones are no names
FIELDS = tuple(field.name for field in fields(Person))

NOBODY_TOLD = Person()
"""Of whom nothing is known but that they are somebody."""
