"""New passwords: twelve characters, no rules about kinds of them, and none that everybody tries first."""

import pytest

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.login.password.acceptable import MAX_LENGTH, check_new_password
from discovery_accounts.login.password.common_words import WORDS

ABOUT = ("Ada Lovelace", "ada.lovelace@library.example", "LUMME-kirjastot")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "kivi lamppu meri tuuli",
        "trombooni hylly saapas",
        "8f2kPq0zLm3x",
        "gfhjkmrteyqz",
        "837465019283",
        "пароль из многих слов",
        "🦉🌲🚲🎻🧦🫖🪁🧭🥾🌋🪵🦭",
        "x7" * 5 + "qplmwn" + "ä" * (MAX_LENGTH - 16),
    ],
)
def test_a_password_that_took_choices_is_taken_as_it_is(password: str) -> None:
    assert check_new_password(password, ABOUT) == password


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "missing"),
        ("kivi lamppu", "too_short"),
        ("ä" * (MAX_LENGTH + 1), "too_long"),
        ("kivi lamppu\x00 meri", "bad_characters"),
        ("kivi lamppu\x0a meri", "bad_characters"),
        ("kivi lamppu\ud800 meri", "bad_characters"),
    ],
)
def test_what_can_be_no_password_is_refused(password: str, code: str) -> None:
    assert _refused(password) == code


@pytest.mark.parametrize(
    "password",
    [
        "Password2026!",
        "p4ssw0rd12345",
        "P@$$w0rd!!!!",
        "passwordpassword",
        "drowssap1234",
        "Salasana2026!!",
        "Lösenord123!",
        "passord.passord",
        "Welcome2Library",
        "summerwinter2026",
        "kesäkuu2026kirjasto",
        "test test test test",
        "aaaaaaaaaaaa",
        "qwertyuiop12",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "asdfghjkl123",
        "abcdefghijkl",
        "1234567890123",
        "zxcvbnm,./123",
        "adminadmin99",
    ],
)
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    assert _refused(password) == "too_common"


@pytest.mark.parametrize("password", ["adalovelace26", "Lovelace.2026.ada", "LUMMEkirjastot1"])
def test_what_belongs_to_the_person_or_the_service_is_refused(password: str) -> None:
    assert _refused(password) == "too_common"
    assert check_new_password(password) == password or password.startswith("LUMME")


def test_thousands_of_common_passwords_are_refused() -> None:
    """A word of the list, however it is written and filled up to twelve characters."""
    tails = ("2026", "123", "1234!", "!!!")
    made = [
        (form + tail * 4)[: max(12, len(form) + len(tail))]
        for word in sorted(WORDS)
        for form in (word, word.capitalize())
        for tail in tails
    ]
    assert len(made) > 3000
    assert [password for password in made if _refused(password) != "too_common"] == []


def test_a_refusal_repeats_no_password() -> None:
    with pytest.raises(BadShape) as told:
        check_new_password("Salasana2026!!")
    assert "alasana" not in str(told.value)


def _refused(password: str) -> str | None:
    try:
        check_new_password(password, ABOUT)
    except BadShape as problem:
        return problem.code
    return None
