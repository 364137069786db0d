"""Counts and times for ``/metrics``, in a registry of our own.

Labels are names from the settings and codes of ours, never anything a person typed: what does not
look like such a name is counted as ``other``.
"""

import re

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


def _label(value: str) -> str:
    return value if _NAME.fullmatch(value) else "other"


class Metrics:
    """One set of metrics. ``result`` is a code such as ``verified``, ``rejected`` or ``timed_out``."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._sign_ins = Counter(
            "sign_ins_total", "Attempts to sign in.", ["library", "result"], registry=self._registry
        )
        self._calls = Counter(
            "library_calls_total", "Calls to library systems.", ["library", "result"], registry=self._registry
        )
        self._seconds = Histogram(
            "library_call_seconds", "Time of one call to a library.", ["library"], registry=self._registry
        )
        self._breakers = Gauge(
            "breaker_open", "1 while a library is left alone.", ["library"], registry=self._registry
        )
        self._jobs = Counter("jobs_total", "Runs of jobs.", ["job", "result"], registry=self._registry)
        self._outbox = Gauge("outbox_waiting", "Messages not sent yet.", registry=self._registry)

    def sign_in(self, library: str, result: str) -> None:
        """Count one attempt to sign in."""
        self._sign_ins.labels(_label(library), _label(result)).inc()

    def library_call(self, library: str, result: str, seconds: float) -> None:
        """Count one call to a library and the time it took."""
        self._calls.labels(_label(library), _label(result)).inc()
        self._seconds.labels(_label(library)).observe(seconds)

    def breaker(self, library: str, is_open: bool) -> None:
        """Note that a library's breaker opened or closed."""
        self._breakers.labels(_label(library)).set(1 if is_open else 0)

    def job(self, name: str, result: str) -> None:
        """Count one run of a job."""
        self._jobs.labels(_label(name), _label(result)).inc()

    def outbox_waiting(self, count: int) -> None:
        """Note how many messages wait to be sent."""
        self._outbox.set(count)

    def render(self) -> bytes:
        """All of it in the Prometheus text format (``text/plain; version=0.0.4``)."""
        return generate_latest(self._registry)


metrics = Metrics()
render = metrics.render
