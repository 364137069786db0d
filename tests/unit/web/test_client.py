"""How the list of sessions names a browser."""

import pytest

from discovery_accounts.web.client import browser_words

_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
_ANDROID = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko)"
_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (f"{_WINDOWS} Gecko/20100101 Firefox/145.0", "Firefox, Windows"),
        (f"{_WINDOWS} AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        (f"{_ANDROID} Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        (f"{_ANDROID} Chrome/140.0 Mobile Safari/537.36 EdgA/140.0", "Edge, Android"),
        (f"{_ANDROID} SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36", "Samsung Internet, Android"),
        (f"{_IPHONE} CriOS/140.0 Mobile/15E148 Safari/604.1", "Chrome, iPhone"),
        (f"{_IPHONE} FxiOS/145.0 Mobile/15E148 Safari/604.1", "Firefox, iPhone"),
        (f"{_IPHONE} Version/18.0 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        ("curl/8.0", None),
        (None, None),
    ],
)
def test_a_browser_is_named_as_its_user_knows_it(user_agent: str | None, words: str | None) -> None:
    assert browser_words(user_agent) == words
