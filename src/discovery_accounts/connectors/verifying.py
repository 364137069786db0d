"""A library whose patrons' PINs another one checks: ``accounts.library.NAME.verify``.

Everything but the PIN is asked of the library itself, unchanged. Whose PIN it was is found there by the
card number, for only that library's own id is permanent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from discovery_accounts.config.faults import Fault
from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.api import (
    CARD_NUMBER,
    Capability,
    ChecksItself,
    Connector,
    FindsPatrons,
    PatronRef,
    Rejected,
    UnexpectedAnswer,
    Verification,
    Verified,
    VerifiesPatrons,
    WrongPatron,
)
from discovery_accounts.domain.card_number import BadShape, normalise_card_number

_OWN_PINS = (Capability.CHANGE_PIN, Capability.RECOVER_PIN)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The two sides: ``main`` knows the patrons, ``checker`` their PINs."""

    main: Connector
    checker: Connector
    name: str


def checked_elsewhere(
    libraries: Mapping[str, LibrarySettings],
    connectors: Mapping[str, Connector],
    faults: Mapping[str, tuple[Fault, ...]],
) -> Mapping[str, Connector | Fault]:
    """For each library that has its PINs checked elsewhere its new connector, or why there is none.

    ``connectors`` and ``faults`` are those of all libraries, those that only check PINs too; a library that has
    no connector is passed over.
    """
    found: dict[str, Connector | Fault] = {}
    for name, library in libraries.items():
        if library.verifier is not None and name in connectors:
            key = f"{library.prefix}verify"
            checker = connectors.get(library.verifier)
            told = "; ".join(str(fault) for fault in faults.get(library.verifier, ()))
            problem = _problem(connectors[name], checker)
            if checker is None or problem:
                found[name] = Fault(
                    key, problem or f"names {library.verifier}, which can't be opened: {told}"
                )
            else:
                found[name] = _join(Elsewhere(connectors[name], checker, library.verifier))
    return found


def _problem(main: Connector, checker: Connector | None) -> str:
    if Capability.FIND_PATRONS not in main.capabilities:
        return "takes a library that finds its patrons by card number, which this connector can't"
    if checker is not None and Capability.VERIFY_PATRON not in checker.capabilities:
        return "names a library that can't check PINs"
    return ""


class _Verifying:
    """What is different from the library itself."""

    def __init__(self, sides: Elsewhere) -> None:
        self.sides = sides

    @property
    def capabilities(self) -> frozenset[Capability]:
        """The library's own, and checking PINs; they can't be changed there, because it does not keep them."""
        return (self.sides.main.capabilities | {Capability.VERIFY_PATRON}) - set(_OWN_PINS)

    @property
    def absent(self) -> Mapping[Capability, str]:
        """As the library says, but for PINs."""
        theirs = dict.fromkeys(_OWN_PINS, f"its PINs are kept by {self.sides.name}, which only checks them")
        absent = {**self.sides.main.absent, **theirs}
        absent.pop(Capability.VERIFY_PATRON, None)
        return absent

    async def close(self) -> None:
        """Closes both."""
        await self.sides.checker.close()
        await self.sides.main.close()

    @property
    def checks_pin_by_number(self) -> bool:
        """By the number: it is all that both know."""
        return True

    async def verify_patron(self, card_number: str, pin: str) -> Verification:
        """See ``VerifiesPatrons``. A PIN that is right for nobody whom the library itself knows by that
        number is no PIN of its patrons."""
        checker = cast(VerifiesPatrons, self.sides.checker)
        verdict = await checker.verify_patron(card_number, pin)
        if not isinstance(verdict, Verified):
            return verdict
        number = verdict.card_number or card_number
        if _plain(number) != _plain(card_number):
            raise WrongPatron("a PIN check answered for another number")
        found = await cast(FindsPatrons, self.sides.main).find_patrons(CARD_NUMBER, number)
        if not found:
            return Rejected()
        if len(found) > 1:
            raise UnexpectedAnswer("several patrons have that card number")
        if found[0].card_number is None or _plain(found[0].card_number) != _plain(number):
            raise WrongPatron("a card number found somebody with another one")
        return Verified(found[0].patron_id, found[0].card_number)

    async def check_pin(self, patron: PatronRef, pin: str) -> Verification:
        """See ``VerifiesPatrons``. Raises ``WrongPatron`` when the number is somebody else's now."""
        verdict = await self.verify_patron(patron.card_number, pin)
        if isinstance(verdict, Verified) and verdict.patron_id != patron.patron_id:
            raise WrongPatron("a PIN check answered for somebody else")
        return verdict


async def _check_credentials(self: _Verifying) -> str:
    told = []
    for side, of in ((self.sides.main, ""), (self.sides.checker, f"PINs ({self.sides.name}): ")):
        if isinstance(side, ChecksItself):
            told.append(of + await side.check_credentials())
    return "; ".join(told)


async def _check_rights(self: _Verifying) -> tuple[str, ...]:
    sides = [side for side in (self.sides.main, self.sides.checker) if isinstance(side, ChecksItself)]
    return tuple([right for side in sides for right in await side.check_rights()])


def _plain(number: str) -> str:
    try:
        return normalise_card_number(number).lower()
    except BadShape:
        return number


def _join(sides: Elsewhere) -> Connector:
    """A connector of a class of its own: it has what the library has, so that what it can be asked for is
    seen by its Protocols as it is for any other."""
    passed: dict[str, Any] = {
        name: _passed_on(name)
        for name in dir(sides.main)
        if not name.startswith("_") and not hasattr(_Verifying, name)
    }
    if isinstance(sides.main, ChecksItself) or isinstance(sides.checker, ChecksItself):
        passed |= {"check_credentials": _check_credentials, "check_rights": _check_rights}
    return cast(Connector, type("VerifiedElsewhere", (_Verifying,), passed)(sides))


def _passed_on(name: str) -> property:
    def look(self: _Verifying) -> Any:
        return getattr(self.sides.main, name)

    return property(look)
