"""Each parser: what it takes, and that it refuses the rest."""

from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery_accounts.config import addresses, parsers
from discovery_accounts.config.keys import BadValue, Parse, ReadContext
from discovery_accounts.config.settings import RateLimit

CONTEXT = ReadContext("production", {})


@pytest.mark.parametrize(
    ("parse", "given", "value"),
    [
        (parsers.text, "Kirjasto\u00a0Ä", "Kirjasto\u00a0Ä"),
        (parsers.words, "a  b\nc", ("a", "b", "c")),
        (parsers.identifiers, "lumme helka-2", ("lumme", "helka-2")),
        (parsers.integer(0, 9), "9", 9),
        (parsers.seconds(), "2.5", 2.5),
        (parsers.boolean, "Yes", True),
        (parsers.boolean, "off", False),
        (parsers.languages, "sv fi", ("sv", "fi")),
        (parsers.days_before, "7 30 7", (30, 7)),
        (parsers.rate, "10/15m", RateLimit(10, 900)),
        (parsers.rate, "1/30s", RateLimit(1, 30)),
        (parsers.networks, "10.0.0.0/8 ::1", (ip_network("10.0.0.0/8"), ip_network("::1"))),
        (parsers.file_path, "file:/a/b.json", Path("/a/b.json")),
        (parsers.choice("a", "b"), "b", "b"),
        (addresses.url("https"), "HTTPS://Koha.Example/API/", "https://koha.example/API"),
        (addresses.url("https"), "https://[::1]:8443", "https://[::1]:8443"),
        (addresses.origins, "https://A.example:443 http://b:80 https://c:8443",
         ("https://a.example", "http://b", "https://c:8443")),
        (addresses.mail_address, "Bücher <a@b.example>", "Bücher <a@b.example>"),
    ],
)  # fmt: skip
def test_it_is_read(parse: Parse, given: str, value: object) -> None:
    assert parse(given, CONTEXT) == value


@pytest.mark.parametrize(
    ("parse", "given"),
    [
        (parsers.text, "two\nlines"),
        (parsers.identifiers, "Lumme"),
        (parsers.identifiers, "a.b"),
        (parsers.identifiers, "lumme lumme"),
        (parsers.integer(), "1_000"),
        (parsers.integer(), "٣"),
        (parsers.integer(), "-1"),
        (parsers.integer(), "9" * 5000),
        (parsers.seconds(), "nan"),
        (parsers.seconds(), "inf"),
        (parsers.boolean, "maybe"),
        (parsers.zone, "Europe/Atlantis"),
        (parsers.zone, "../../etc/passwd"),
        (parsers.languages, ""),
        (parsers.languages, "fi fi"),
        (parsers.days_before, ""),
        (parsers.days_before, "0"),
        (parsers.rate, "10"),
        (parsers.rate, "0/15m"),
        (parsers.rate, "10/15"),
        (parsers.networks, "10.0.0.1/8"),
        (parsers.networks, "0.0.0.0/0"),
        (parsers.file_path, "/a/b.json"),
        (addresses.url("https"), "http://a.example"),
        (addresses.url("https"), "https://user:pw@a.example"),
        (addresses.url("https"), "https://a.example?x"),
        (addresses.url("https"), "https:evil.example"),
        (addresses.url("https"), "https://a.example:99999"),
        (addresses.url("https"), "https://a\\@evil.example"),
        (addresses.url("https"), "https://a.exa\tmple"),
        (addresses.url("https"), "https://"),
        (addresses.origins, "https://a.example/"),
        (addresses.origins, "https://*.example"),
        (addresses.origins, "null"),
        (addresses.origins, "*"),
        (addresses.origins, "https://portal.example@evil.example"),
        (addresses.mail_url, "smtp://u:pw@host"),
        (addresses.mail_url, "folder:"),
        (addresses.mail_address, "a@b, c@d"),
        (addresses.mail_address, "a@b\nBcc: c@d"),
        (addresses.cache_url, "http://x"),
        (addresses.database_url, "mysql://x/y"),
        (addresses.database_url, "postgresql+psycopg://"),
    ],
)
def test_it_is_refused(parse: Parse, given: str) -> None:
    with pytest.raises(BadValue):
        parse(given, CONTEXT)


@given(st.text(max_size=60))
def test_an_origin_that_is_taken_has_nothing_behind_the_host(word: str) -> None:
    try:
        found = addresses.origins(f"https://{word}", CONTEXT)
    except BadValue:
        return
    for origin in found:
        assert origin.removeprefix("https://").removeprefix("http://").isascii()
        assert not set(origin.partition("://")[2]) & set("/\\@?#* \t\r\n")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql+psycopg://u:p@ss/w@h:5432/d", "postgresql+psycopg://u:***@h:5432/d"),
        ("redis://:pw@h/0", "redis://:***@h/0"),
        ("postgresql://u@h/d?password=pw&x=1", "postgresql://u@h/d?password=***&x=1"),
        ("sqlite:////srv/a@b:c/accounts.db", "sqlite:////srv/a@b:c/accounts.db"),
    ],
)
def test_passwords_in_urls_are_masked(url: str, shown: str) -> None:
    assert addresses.mask_url(url) == shown
