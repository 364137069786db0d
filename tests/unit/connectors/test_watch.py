"""What the log tells of a library that fails."""

import time

import pytest

from discovery_accounts.connectors.watch import TELL_EVERY, Watch


def test_a_failure_is_told_by_its_result_once_a_minute(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch("lumme")
    monkeypatch.setattr(time, "monotonic", lambda: 100.0)
    for _ in range(3):
        watch.note("refused", 0.1)
    watch.note("timed_out", 2.0)
    monkeypatch.setattr(time, "monotonic", lambda: 100.0 + TELL_EVERY)
    watch.note("refused", 0.1)
    assert [record.getMessage() for record in caplog.records] == [
        "library.failed library=lumme result=refused",
        "library.failed library=lumme result=timed_out",
        "library.failed library=lumme result=refused",
    ]


def test_an_answer_is_nothing_to_tell(caplog: pytest.LogCaptureFixture) -> None:
    Watch("lumme").note("ok", 0.1)
    assert not caplog.records
