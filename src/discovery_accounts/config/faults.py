"""What is wrong in the settings: one record a fault, and all of them raised together."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the whole key, what is wrong in plain words, and a value that would do.

    ``problem`` never repeats the value that was given: it may be a secret in the wrong place.
    """

    key: str
    problem: str
    example: str = ""

    def __str__(self) -> str:
        hint = f" (for example: {self.key} = {self.example})" if self.example else ""
        return f"{self.key}: {self.problem}{hint}"


class SettingsError(Exception):
    """The settings can't be used. ``faults`` holds every fault; the message has one a line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        title = "1 fault in the settings:" if count == 1 else f"{count} faults in the settings:"
        super().__init__("\n".join([title, *(f"  {fault}" for fault in self.faults)]))
