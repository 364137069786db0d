"""What ``/metrics`` tells, and what it never tells."""

from discovery_accounts.telemetry.metrics import Metrics


def test_counts_and_times_are_rendered() -> None:
    metrics = Metrics()
    metrics.sign_in("lumme", "verified")
    metrics.library_call("lumme", "timed_out", 2.0)
    metrics.breaker("lumme", True)
    metrics.job("send-mail", "done")
    metrics.outbox_waiting(3)
    lines = metrics.render().decode().splitlines()
    assert 'sign_ins_total{library="lumme",result="verified"} 1.0' in lines
    assert 'library_calls_total{library="lumme",result="timed_out"} 1.0' in lines
    assert 'library_call_seconds_sum{library="lumme"} 2.0' in lines
    assert 'breaker_open{library="lumme"} 1.0' in lines
    assert 'jobs_total{job="send-mail",result="done"} 1.0' in lines
    assert "outbox_waiting 3.0" in lines


def test_a_breaker_that_closes_goes_back_to_zero() -> None:
    metrics = Metrics()
    metrics.breaker("lumme", True)
    metrics.breaker("lumme", False)
    assert b'breaker_open{library="lumme"} 0.0' in metrics.render()


def test_what_a_person_typed_never_becomes_a_label() -> None:
    metrics = Metrics()
    for typed in ("2167000123456", "anna@library.example", "Anna Andersson", "x" * 50, "a\nb"):
        metrics.sign_in(typed, typed)
    text = metrics.render().decode()
    assert 'sign_ins_total{library="other",result="other"} 5.0' in text
    assert "2167" not in text
    assert "@" not in text
