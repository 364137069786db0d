"""Hashes of passwords: argon2id, older ones renewed, and a stranger's name takes as long as a wrong password."""

import statistics
import threading
import time
from collections.abc import Callable

import bcrypt
import pytest
from passlib.context import CryptContext

from discovery_accounts.login.checks import ChecksItself, Level
from discovery_accounts.login.password.hashing import Passwords, TooBusy

GOOD = "trombooni hylly saapas"


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords()


def test_a_new_hash_is_argon2id_as_owasp_advises(passwords: Passwords) -> None:
    made = passwords.hash(GOOD)
    assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.verify(GOOD, made).right
    assert passwords.verify(GOOD, made).renewed is None
    assert not passwords.verify(GOOD + " ", made).right
    assert passwords.hash(GOOD) != made


@pytest.mark.parametrize(
    "older",
    [
        CryptContext(["argon2"], argon2__memory_cost=8, argon2__time_cost=1, argon2__parallelism=1).hash(
            GOOD
        ),
        bcrypt.hashpw(GOOD.encode(), bcrypt.gensalt(4)).decode(),
        bcrypt.hashpw(GOOD.encode(), bcrypt.gensalt(4)).decode().replace("$2b$", "$2y$", 1),
        CryptContext(["pbkdf2_sha256"], pbkdf2_sha256__rounds=1000).hash(GOOD),
    ],
    ids=["weak argon2id", "bcrypt", "bcrypt of PHP", "pbkdf2"],
)
def test_an_older_hash_is_taken_and_renewed(passwords: Passwords, older: str) -> None:
    found = passwords.verify(GOOD, older)
    assert found.right
    assert found.renewed is not None
    assert found.renewed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.verify(GOOD, found.renewed).right
    wrong = passwords.verify("something else", older)
    assert not wrong.right
    assert wrong.renewed is None


@pytest.mark.parametrize("typed", ["å" * 40, "x" * 73, "with\0nul", "x" * 5000])
def test_what_bcrypt_and_argon2_refuse_to_look_at_is_a_wrong_password(
    passwords: Passwords, typed: str
) -> None:
    for stored in (bcrypt.hashpw(b"x", bcrypt.gensalt(4)).decode(), passwords.hash("x")):
        assert not passwords.verify(typed, stored).right


@pytest.mark.parametrize("stored", ["", "!", "$9$unknown", "plain text"])
def test_what_is_no_hash_lets_nobody_in(passwords: Passwords, stored: str) -> None:
    assert not passwords.verify(stored, stored).right


def test_the_same_sign_from_another_keyboard_is_the_same_password(passwords: Passwords) -> None:
    made = passwords.hash("kes\u00e4ll\u00e4 on valoa")
    assert passwords.verify("kesa\u0308lla\u0308 on valoa", made).right


def test_b5_a_name_nobody_has_takes_as_long_as_a_wrong_password(passwords: Passwords) -> None:
    stored = passwords.hash(GOOD)
    unknown, wrong, odd = ([], [], [])  # type: tuple[list[float], list[float], list[float]]
    passwords.verify("warm", None)
    for _ in range(9):
        unknown.append(_seconds(lambda: passwords.verify("another one", None)))
        wrong.append(_seconds(lambda: passwords.verify("another one", stored)))
        odd.append(_seconds(lambda: passwords.verify("with\0nul", stored)))
    medians = [statistics.median(times) for times in (unknown, wrong, odd)]
    assert max(medians) < 2.5 * min(medians)


def test_only_so_many_run_at_once_and_the_rest_is_told() -> None:
    passwords = Passwords(at_once=1, patience=0.01)
    entered, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with passwords._turn():
            entered.set()
            go_on.wait(5)

    holder = threading.Thread(target=hold)
    holder.start()
    assert entered.wait(5)
    try:
        with pytest.raises(TooBusy):
            passwords.verify(GOOD, None)
        assert [step.level for step in passwords.check()] == [Level.FAILED]
    finally:
        go_on.set()
        holder.join()
    assert not passwords.verify(GOOD, None).right
    assert isinstance(passwords, ChecksItself)
    assert [step.what for step in passwords.check()] == ["hashing"]


def test_no_hash_is_in_a_repr(passwords: Passwords) -> None:
    found = passwords.verify("x", bcrypt.hashpw(b"x", bcrypt.gensalt(4)).decode())
    assert found.renewed is not None
    assert "argon2" not in repr(found)


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
