"""Tables of keys, and the one reader for all of them.

A room declares its keys as a tuple of :class:`Key` and calls :func:`read_keys`; the same table
becomes the reference in the documentation. Missing, unreadable and unknown keys are all
reported at once.
"""

import difflib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from discovery_accounts.config.faults import Fault
from discovery_accounts.config.stage import Stage


class BadValue(ValueError):
    """A parser's "no". The text says what is wanted and never repeats the value it was given."""


@dataclass(frozen=True, slots=True)
class ReadContext:
    """What parsers may need beside the text: the stage, and the environment for ``env:NAME``."""

    stage: Stage
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    @property
    def development(self) -> bool:
        return self.stage == "development"


Parse = Callable[[str, ReadContext], Any]


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its name without the prefix, how it is read and what it means.

    ``default`` is text and goes through ``parse`` like a given value; without one a key that is
    left out is ``None``. ``secret`` keys are never shown. ``unavailable`` says why a part is
    not there yet: any value but the default is then refused.
    """

    name: str
    parse: Parse
    default: str | None = None
    required: bool = False
    example: str = ""
    help: str = ""
    secret: bool = False
    unavailable: str | None = None


def read_keys(
    keys: Iterable[Key],
    section: Mapping[str, str],
    prefix: str,
    context: ReadContext,
    also_known: Iterable[str] = (),
) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """Read ``section`` (names without ``prefix``) by the table: the values by name, and the faults.

    A key with a fault has no value. An empty text counts as left out, unless the key has a default
    that is not empty: then it is read as it stands, so nobody gets the default by clearing a
    line. ``also_known`` are names that belong to somebody else's table: they take part in the
    suggestions for unknown names only.
    """
    table = {key.name: key for key in keys}
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for key in table.values():
        try:
            values[key.name] = _read(key, section.get(key.name), context)
        except BadValue as error:
            faults.append(Fault(prefix + key.name, str(error), key.example))
        except (ValueError, OverflowError):  # its text may repeat the value
            faults.append(Fault(prefix + key.name, "can't be read", key.example))
    known = [*table, *also_known]
    faults += [unknown(name, known, prefix) for name in section if name not in table]
    return values, tuple(faults)


def unknown(name: str, known: Iterable[str], prefix: str) -> Fault:
    """The fault for a name nobody declared, with the nearest known name when there is one."""
    near = nearest(name, known)
    hint = f"did you mean {prefix}{near}?" if near else "remove it"
    return Fault(prefix + name, f"is not a known setting; {hint}")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that somebody who wrote ``name`` may have meant."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)), None)


def _read(key: Key, given: str | None, context: ReadContext) -> Any:
    text = (given or "").strip()
    if not text and (given is None or not key.default):
        if key.required:
            raise BadValue("is missing")
        return None if key.default is None else key.parse(key.default, context)
    if key.unavailable is not None and text != (key.default or ""):
        raise BadValue(f"can't be used: {key.unavailable}{'' if key.example else '; leave it out'}")
    return key.parse(text, context)
