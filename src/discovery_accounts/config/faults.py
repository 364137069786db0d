"""What is wrong in the settings: one record a fault, and all of them raised together."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from discovery_accounts.config.settings import Settings


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
    """The settings can't be used. ``faults`` holds every fault; the message has one a line.

    ``partial`` has the libraries and logins as far as they could be read, so that those who know
    their kinds can add what is wrong with their own keys.
    """

    def __init__(self, faults: Iterable[Fault], partial: "Settings | None" = None) -> None:
        self.faults = tuple(faults)
        self.partial = partial
        count = len(self.faults)
        title = "1 fault in the settings:" if count == 1 else f"{count} faults in the settings:"
        super().__init__("\n".join([title, *(f"  {fault}" for fault in self.faults)]))
