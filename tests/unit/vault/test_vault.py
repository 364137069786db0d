"""Sealed values open only where they belong."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery_accounts.vault.keyring import KeyRing
from discovery_accounts.vault.vault import CannotUnseal, Sealed, Vault, _encode

ROW = ("pin", "lumme", "17")
PIN = "9Z7-CANARY"


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing.open(tmp_path / "keys.json", create=True)


@pytest.fixture
def vault(ring: KeyRing) -> Vault:
    return Vault(ring)


def test_a_value_comes_back(vault: Vault) -> None:
    assert vault.unseal_text(vault.seal("ÄÖ1234", ROW), ROW) == "ÄÖ1234"
    assert vault.unseal(vault.seal(b"\x00\xff", ROW), ROW) == b"\x00\xff"
    assert vault.unseal(vault.seal("", ROW), ROW) == b""


def test_the_same_value_never_looks_the_same(vault: Vault) -> None:
    assert len({vault.seal(PIN, ROW).ciphertext for _ in range(100)}) == 100
    assert PIN.encode() not in vault.seal(PIN, ROW).ciphertext


def test_swapping_two_ciphertexts_fails_to_unseal(vault: Vault) -> None:
    mine, theirs = vault.seal("1111", ("pin", "lumme", "1")), vault.seal("2222", ("pin", "lumme", "2"))
    for sealed, row in ((theirs, "1"), (mine, "2")):
        with pytest.raises(CannotUnseal):
            vault.unseal(sealed, ("pin", "lumme", row))


@pytest.mark.parametrize("row", [(), ("pin", "lumme"), ("pin", "lumme", "17", ""), ("pin", "lumme1", "7")])
def test_another_binding_fails_to_unseal(vault: Vault, row: tuple[str, ...]) -> None:
    with pytest.raises(CannotUnseal):
        vault.unseal(vault.seal(PIN, ROW), row)


def test_every_changed_bit_is_noticed(vault: Vault) -> None:
    sealed = vault.seal("1234", ROW)
    for at in range(len(sealed.ciphertext)):
        changed = bytearray(sealed.ciphertext)
        changed[at] ^= 1
        with pytest.raises(CannotUnseal):
            vault.unseal(Sealed(bytes(changed), sealed.key_id), ROW)


@pytest.mark.parametrize("length", [0, 11, 12, 27])
def test_a_short_ciphertext_fails_to_unseal(vault: Vault, length: int) -> None:
    with pytest.raises(CannotUnseal):
        vault.unseal(Sealed(vault.seal(PIN, ROW).ciphertext[:length], vault.seal(PIN, ROW).key_id), ROW)


def test_the_refusal_tells_nothing(vault: Vault) -> None:
    sealed = vault.seal(PIN, ROW)
    with pytest.raises(CannotUnseal) as unknown_key:
        vault.unseal(Sealed(sealed.ciphertext, "nobody"), ROW)
    with pytest.raises(CannotUnseal) as wrong_row:
        vault.unseal(sealed, ("x",))
    assert str(unknown_key.value) == str(wrong_row.value) == "a sealed value can't be opened"


def test_old_and_new_values_open_after_a_rotation(vault: Vault, ring: KeyRing) -> None:
    old = vault.seal(PIN, ROW)
    assert old.key_id == vault.current_key_id
    ring.rotate()
    new = vault.seal(PIN, ROW)
    assert vault.unseal_text(old, ROW) == vault.unseal_text(new, ROW) == PIN
    assert old.key_id != vault.current_key_id == new.key_id


def test_dropping_a_key_shreds_what_is_under_it(vault: Vault, ring: KeyRing) -> None:
    old = vault.seal(PIN, ROW)
    ring.rotate()
    resealed = vault.seal(vault.unseal(old, ROW), ROW)
    ring.drop(old.key_id)
    assert vault.unseal_text(resealed, ROW) == PIN
    with pytest.raises(CannotUnseal):
        vault.unseal(old, ROW)


def test_a_keyed_hash_stays_the_same_over_rotations(vault: Vault, ring: KeyRing) -> None:
    before = vault.keyed_hash("card", "lumme", "1234")
    ring.rotate()
    ring.drop(ring.list()[0])
    assert vault.keyed_hash("card", "lumme", "1234") == before
    assert len(before) == 64


def test_a_keyed_hash_depends_on_its_purpose_every_part_and_the_ring(vault: Vault, tmp_path: Path) -> None:
    other = Vault(KeyRing.open(tmp_path / "other.json", create=True))
    hashes = {
        vault.keyed_hash("card", "lumme", "12"),
        vault.keyed_hash("throttle", "lumme", "12"),
        vault.keyed_hash("card", "lumme1", "2"),
        vault.keyed_hash("card", "lumme", "1", "2"),
        vault.keyed_hash("card", "lumme12"),
        other.keyed_hash("card", "lumme", "12"),
    }
    assert len(hashes) == 6


def test_a_data_key_opens_only_its_own_values() -> None:
    key, other = Vault.new_data_key(), Vault.new_data_key()
    sealed = Vault.seal_with(key, b"loans", ROW)
    assert Vault.unseal_with(key, sealed, ROW) == b"loans"
    for wrong_key, row in ((other, ROW), (key, ("x",))):
        with pytest.raises(CannotUnseal):
            Vault.unseal_with(wrong_key, sealed, row)


@pytest.mark.parametrize("length", [0, 16, 24, 33])
def test_a_data_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Vault.seal_with(bytes(length), b"x", ROW)


def test_one_text_in_place_of_a_sequence_is_refused(vault: Vault) -> None:
    with pytest.raises(TypeError):
        vault.seal(PIN, "lumme")


def test_the_repr_hides_the_ciphertext(vault: Vault) -> None:
    sealed = vault.seal(PIN, ROW)
    assert repr(sealed) == f"Sealed(key_id={sealed.key_id!r})"


@given(st.lists(st.text(max_size=4), max_size=4), st.lists(st.text(max_size=4), max_size=4))
def test_different_bindings_never_have_the_same_encoding(one: list[str], other: list[str]) -> None:
    assert (_encode(one) == _encode(other)) == (one == other)


def test_threads_share_a_vault_while_it_rotates(vault: Vault, ring: KeyRing) -> None:
    def work(number: int) -> bool:
        if number % 50 == 0:
            ring.rotate()
        row = ("pin", "lumme", str(number))
        return vault.unseal_text(vault.seal(str(number), row), row) == str(number)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(400)))
