"""What the templates of self-tests and of the diagnosis are given: words are translated already."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from discovery_accounts.connectors.api import CheckState

ICONS = {
    CheckState.PASSED: "check",
    CheckState.WARNED: "info",
    CheckState.FAILED: "warning",
    CheckState.SKIPPED: "stop",
}
TAGS = {
    CheckState.PASSED: "ok",
    CheckState.WARNED: "warning",
    CheckState.FAILED: "failed",
    CheckState.SKIPPED: "skipped",
}


@dataclass(frozen=True, slots=True)
class StateView:
    """A state as sign, word and colour together; none of them alone."""

    state: CheckState
    word: str

    @property
    def icon(self) -> str:
        return ICONS[self.state]

    @property
    def tag(self) -> str:
        return TAGS[self.state]


@dataclass(frozen=True, slots=True)
class AdviceView:
    """What a cause means and what to do, in the reader's language."""

    meaning: str
    causes: str
    do: str
    ask: str


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of a self-test. ``found`` is English, for IT."""

    title: str
    shown: StateView
    seconds: float
    found: str
    advice: AdviceView | None


@dataclass(frozen=True, slots=True)
class TestView:
    """One self-test."""

    __test__ = False

    at: datetime
    shown: StateView
    steps: Sequence[StepView] = ()


@dataclass(frozen=True, slots=True)
class FindingView:
    """One look at why a patron can't sign in; ``more`` are further sentences."""

    title: str
    shown: StateView
    text: str
    more: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class DiagnosisView:
    """What staff see: ``last4`` and never the number. ``ids`` are for IT: what they are and themselves."""

    library: str
    last4: str | None
    findings: Sequence[FindingView]
    ids: Sequence[tuple[str, str]] = field(default=(), repr=False)
