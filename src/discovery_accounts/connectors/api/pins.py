"""Another PIN: by the old one, or after the person was proved in another way."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from discovery_accounts.connectors.api.patrons import LoginBlocked, NotAPatron, PatronRef, Rejected


class PinFault(StrEnum):
    """What a library has against a new PIN."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_SIMPLE = "too_simple"
    NOT_DIGITS = "not_digits"
    USED_BEFORE = "used_before"
    BLANKS = "blanks"
    LIBRARY_SAYS_NO = "library_says_no"


@dataclass(frozen=True, slots=True)
class PinRules:
    """What a PIN must be like there, as far as it is known before trying."""

    min_length: int = 4
    max_length: int = 72
    digits_only: bool = False


@dataclass(frozen=True, slots=True)
class PinChanged:
    """The new PIN is in force."""


@dataclass(frozen=True, slots=True)
class PinUnfit:
    """The old PIN stays: the library will not have the new one."""

    because: PinFault


PinChange = PinChanged | PinUnfit | NotAPatron


@runtime_checkable
class ChangesPins(Protocol):
    """``Capability.CHANGE_PIN``. The old PIN is checked once, and only a right one changes anything."""

    @property
    def pin_rules(self) -> PinRules: ...

    async def change_pin(
        self, patron: PatronRef, old_pin: str, new_pin: str
    ) -> PinChange | Rejected | LoginBlocked: ...


@runtime_checkable
class SetsPins(Protocol):
    """``Capability.RECOVER_PIN``: for a person who proved by a code to the address on file who they are."""

    @property
    def pin_rules(self) -> PinRules: ...

    async def set_pin(self, patron_id: str, new_pin: str) -> PinChange: ...
