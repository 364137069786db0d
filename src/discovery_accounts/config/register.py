"""What the register description says of who answers for the data: the portal's, and each library's (rules 9.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

_LANGUAGES = ("fi", "sv", "en", "nb")
PREFIX = "register."


@dataclass(frozen=True, slots=True)
class Register:
    """``given`` is by the names of ``REGISTER_KEYS`` without their prefix; only what was given."""

    given: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str, language: str) -> str | None:
        """One of the values, in that language if it has it, else in another; ``None`` if there is none."""
        for key in (f"{name}.{language}", name, *(f"{name}.{other}" for other in _LANGUAGES)):
            if self.given.get(key):
                return self.given[key]
        return None


def register_of(values: Mapping[str, Any]) -> Register:
    """Of a table of values that were read by ``REGISTER_KEYS`` among others."""
    given = {
        name.removeprefix(PREFIX): str(value)
        for name, value in values.items()
        if name.startswith(PREFIX) and value
    }
    return Register(MappingProxyType(given))
