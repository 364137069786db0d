"""A self-test as text: for ``--json``, and for a vendor, without secrets, card numbers or anybody's name."""

from collections.abc import Mapping
from typing import Any

from discovery_accounts.config.settings import Settings
from discovery_accounts.connectors.api import CheckState, CheckStep
from discovery_accounts.connectors.selftest.advice import ADVICE, TITLES, said
from discovery_accounts.connectors.selftest.place import place_of
from discovery_accounts.services.library_checks import LibraryReport

_WORDS = {
    CheckState.PASSED: "ok",
    CheckState.WARNED: "WARNING",
    CheckState.FAILED: "FAILED",
    CheckState.SKIPPED: "not tested",
}


def as_json(report: LibraryReport) -> Mapping[str, Any]:
    """``{"name", "ok", "steps": [{"name", "state", "seconds", "found", "cause", "action"}]}``."""
    return {"name": report.library, "ok": report.ok, "steps": [_step(step) for step in report.steps]}


def _step(step: CheckStep) -> Mapping[str, Any]:
    cause, action = said(step.cause) if step.cause else (None, None)
    return {
        "name": step.name.value,
        "state": step.state.value,
        "seconds": round(step.seconds, 3),
        "found": step.found,
        "cause_code": step.cause.value if step.cause else None,
        "cause": cause,
        "action": action,
    }


def for_vendor(report: LibraryReport, settings: Settings) -> str:
    """A block of English text to send to whoever runs the library system."""
    library = settings.library(report.library)
    place = place_of(library.url) if library else None
    head = [
        "Self-test of the connection from our patron portal to the library system",
        f"Library:   {report.library}",
        f"Connector: {library.connector if library else 'unknown'}",
        f"Server:    {place or 'none'}",
        f"Time:      {report.at:%Y-%m-%d %H:%M:%S} UTC",
        f"Time-out:  {library.timeout:g} s for each call" if library else "",
        f"Result:    {_WORDS[report.state]}",
    ]
    return "\n".join([*(line for line in head if line), "", *(_lines(step) for step in report.steps), ""])


def _lines(step: CheckStep) -> str:
    line = f"[{_WORDS[step.state]}] {TITLES[step.name]} ({step.seconds:.2f} s): {step.found}"
    return f"{line}\n    {ADVICE[step.cause].meaning}" if step.cause else line
