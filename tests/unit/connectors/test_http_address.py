"""Where a request goes: below the library's base URL and nowhere else."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from discovery_accounts.connectors.api import LibraryError
from discovery_accounts.connectors.transport import HttpRequest
from discovery_accounts.connectors.wire import Address, retry_after


@pytest.mark.parametrize(
    ("url", "insecure"),
    [
        ("http://library.example/api", False),
        ("ftp://library.example", True),
        ("library.example/api", False),
        ("https://user:word@library.example", False),
        ("https://library.example/api?key=1", False),
        ("https://library.example/#x", False),
    ],
)
def test_a_base_that_is_not_plain_https_is_refused(url: str, insecure: bool) -> None:
    with pytest.raises(ValueError, match="base URL"):
        Address(url, insecure)


@pytest.mark.parametrize(
    ("url", "insecure"),
    [
        ("https://library.example/api", False),
        ("http://library.example/api", True),
        ("http://localhost:8101/api", False),
        ("http://[::1]:8101/api", False),
    ],
)
def test_http_is_taken_for_this_machine_or_when_insecure(url: str, insecure: bool) -> None:
    address = Address(url, insecure)
    assert str(address.url(HttpRequest("GET", "/v1/x"))) == f"{url}/v1/x"


@pytest.mark.parametrize(
    "path",
    [
        "/..",
        "/v1/../admin",
        "/v1/%2e%2E/admin",
        "/v1/..%2F..%2fadmin",
        "/v1/..%5cadmin",
        "/v1/./x",
        "//other.example/x",
        "/v1//x",
        "/v1/x?y=1",
        "/v1/x#y",
        "/v1/x y",
        "/v1/å",
        "/v1/x\r\nHost: y",
        "v1/x",
        "https://other.example/",
        "@other.example/",
    ],
)
def test_a_path_that_leaves_the_base_is_never_sent(path: str) -> None:
    with pytest.raises(LibraryError) as caught:
        Address("https://library.example/api", False).url(HttpRequest("GET", path))
    assert not caught.value.sent


@pytest.mark.parametrize("path", ["/v1/a..b", "/v1/.hidden", "/v1/x/", "/v1/a%2Fb", "/v1/1.2;v=1"])
def test_a_path_below_the_base_stays_as_it_is(path: str) -> None:
    url = Address("https://library.example/api/", False).url(HttpRequest("GET", path))
    assert str(url) == f"https://library.example/api{path}"


def test_retry_after_is_a_number_of_seconds_or_a_date() -> None:
    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert retry_after("7") == 7
    assert 58 < (retry_after(in_a_minute) or 0) <= 60
    assert retry_after("Sun, 06 Nov 1994 08:49:37 GMT") == 0
    assert retry_after("9" * 400) == 999_999_999
    assert retry_after("soon") is None
    assert retry_after("Sun, 06 Nov 1994 08:49:37") is None
    assert retry_after(None) is None
