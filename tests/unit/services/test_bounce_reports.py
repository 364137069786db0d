"""Reports of mail servers, read: what they say, and that nothing else is believed or breaks the reader."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.bounce_reports import report

from discovery_accounts.domain.bounce import BounceKind
from discovery_accounts.services.bounce_reports import read_report
from discovery_accounts.services.bounces import Bounce

ID = "<0123456789abcdef0123456789abcdef@library.example>"


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("5.1.1", BounceKind.HARD),
        ("5.2.1", BounceKind.HARD),
        ("5.2.2", BounceKind.SOFT),
        ("5.7.1", BounceKind.SOFT),
        ("5.1.8", BounceKind.SOFT),
        ("4.4.7", BounceKind.SOFT),
        ("", BounceKind.SOFT),
    ],
)
def test_the_id_and_the_kind_are_read(whole: bool, status: str, kind: BounceKind) -> None:
    assert read_report(report(ID, status=status, whole=whole)) == Bounce(ID, kind)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_what_did_not_fail_is_no_bounce(action: str) -> None:
    assert read_report(report(ID, action=action)) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Subject: hello\r\n\r\nhello",
        report(ID).replace(b"multipart/report", b"multipart/mixed"),
        report(ID).replace(b"Message-ID", b"X-Nothing"),
        report(ID)[:300],
        b"Content-Type: multipart/report; boundary=a\r\n\r\n" + b"--a\r\n" * 5000,
        b"Content-Type: multipart/report; boundary=\xff\xfe\r\n\r\n--\xff",
    ],
)
def test_anything_else_is_nothing(content: bytes) -> None:
    assert read_report(content) is None


def test_nested_reports_without_end_are_nothing() -> None:
    deep = b"".join(
        b"Content-Type: multipart/report; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000)
    )
    assert read_report(deep) is None


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 700))
def test_a_damaged_report_never_breaks_the_reader(noise: bytes, at: int) -> None:
    whole = report(ID)
    read_report(whole[:at] + noise + whole[at:])
