"""The key ring: its file, its rotation, and the processes that share it."""

import json
import logging
import multiprocessing
import os
from pathlib import Path

import pytest

from discovery_accounts.vault.keyring import KeyRing, UnknownKey
from discovery_accounts.vault.ringfile import KeyRingError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "keys.json"


def test_the_first_start_makes_a_ring_only_its_owner_can_read(path: Path) -> None:
    ring = KeyRing.open(path, create=True)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0
    assert ring.list() == (ring.current,)
    assert KeyRing.open(path).current == ring.current


def test_without_leave_to_create_a_missing_ring_is_an_error(path: Path) -> None:
    with pytest.raises(KeyRingError, match="can't be read"):
        KeyRing.open(path)
    assert not path.parent.exists()


def test_a_place_that_cannot_be_written_is_an_error_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyRingError):
        KeyRing.open(tmp_path / "file" / "keys.json", create=True)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620])
def test_a_ring_open_to_others_is_refused_with_the_cure(path: Path, mode: int) -> None:
    KeyRing.open(path, create=True)
    path.chmod(mode)
    with pytest.raises(KeyRingError, match=f"chmod 600 {path}"):
        KeyRing.open(path)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"current": "a", "keys": {}, "lookup": ""}',
        '{"current": "a", "keys": {"a": "c2hvcnQ="}, "lookup": "c2hvcnQ="}',
        '{"current": ["a"], "keys": {"a": 1}, "lookup": null}',
    ],
)
def test_a_damaged_ring_is_refused_without_showing_it(path: Path, content: str) -> None:
    KeyRing.open(path, create=True)
    path.write_text(content)
    with pytest.raises(KeyRingError, match="damaged") as raised:
        KeyRing.open(path)
    assert "c2hvcnQ" not in str(raised.value)


def test_subkeys_differ_by_purpose_and_key_and_are_never_the_key_itself(path: Path) -> None:
    ring = KeyRing.open(path, create=True)
    first = ring.current
    second = ring.rotate()
    keys = {ring.subkey(key_id, purpose) for key_id in (first, second) for purpose in ("seal", "csrf")}
    keys |= {ring.lookup_subkey("card"), ring.lookup_subkey("seal")}
    assert len(keys) == 6
    assert all(len(key) == 32 for key in keys)
    assert ring.subkey(first, "seal") == KeyRing.open(path).subkey(first, "seal")


def test_rotation_keeps_the_old_key_and_the_lookup_key(path: Path) -> None:
    ring = KeyRing.open(path, create=True)
    old, lookup = ring.current, ring.lookup_subkey("card")
    before = ring.subkey(old, "seal")
    new = ring.rotate()
    assert ring.list() == (old, new)
    assert ring.current == new
    assert ring.subkey(old, "seal") == before
    assert ring.lookup_subkey("card") == lookup
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_serving_process_follows_a_rotation_and_a_drop(path: Path) -> None:
    serving, operator = KeyRing.open(path, create=True), KeyRing.open(path)
    old = serving.current
    new = operator.rotate()
    assert serving.current == new
    operator.drop(old)
    with pytest.raises(UnknownKey):
        serving.subkey(old, "seal")


def test_an_unknown_key_is_looked_for_even_when_the_file_seems_unchanged(path: Path) -> None:
    serving, operator = KeyRing.open(path, create=True), KeyRing.open(path)
    new = operator.rotate()
    serving._seen = operator._seen  # as if the clock of the file system had not moved on
    assert len(serving.subkey(new, "seal")) == 32


def test_the_current_key_is_not_dropped(path: Path) -> None:
    ring = KeyRing.open(path, create=True)
    with pytest.raises(KeyRingError, match="rotate first"):
        ring.drop(ring.current)
    with pytest.raises(UnknownKey):
        ring.drop("nobody")


def test_a_file_spoilt_while_serving_stops_nobody_and_is_told_once(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ring = KeyRing.open(path, create=True)
    key = ring.subkey(ring.current, "seal")
    path.chmod(0o644)
    with caplog.at_level(logging.INFO):
        assert ring.subkey(ring.current, "seal") == key
        assert ring.subkey(ring.current, "seal") == key
    assert [record.event_word for record in caplog.records] == ["key_ring_unreadable"]  # type: ignore[attr-defined]
    path.chmod(0o600)
    assert ring.rotate() == ring.current


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")
def test_a_ring_rotated_by_root_still_belongs_to_the_service(path: Path) -> None:
    ring = KeyRing.open(path, create=True)
    os.chown(path, 12345, 12345)
    ring.rotate()
    for file in path.parent.iterdir():
        assert (file.stat().st_uid, file.stat().st_mode & 0o777) == (12345, 0o600)


def test_no_draft_is_left_behind(path: Path) -> None:
    KeyRing.open(path, create=True).rotate()
    assert {each.name for each in path.parent.iterdir()} == {"keys.json", "keys.json.lock"}


def test_the_repr_shows_ids_only(path: Path) -> None:
    ring = KeyRing.open(path, create=True)
    document = json.loads(path.read_text())
    shown = repr(ring) + repr(ring._ring)
    assert ring.current in shown
    assert document["lookup"] not in shown
    assert document["keys"][ring.current] not in shown


def _open_and_tell(path: str, answers: "multiprocessing.Queue[str]") -> None:
    answers.put(KeyRing.open(Path(path), create=True).current)


def _rotate(path: str, answers: "multiprocessing.Queue[str]") -> None:
    answers.put(KeyRing.open(Path(path)).rotate())


def _in_processes(target: object, path: Path, count: int) -> list[str]:
    spawn = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[str] = spawn.Queue()
    workers = [spawn.Process(target=target, args=(os.fspath(path), answers)) for _ in range(count)]
    for worker in workers:
        worker.start()
    found = [answers.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join(60)
    return found


def test_processes_that_start_first_at_once_end_with_one_ring(path: Path) -> None:
    assert set(_in_processes(_open_and_tell, path, 4)) == {KeyRing.open(path).current}


def test_rotations_at_once_lose_no_key(path: Path) -> None:
    first = KeyRing.open(path, create=True).current
    made = _in_processes(_rotate, path, 4)
    assert sorted(KeyRing.open(path).list()) == sorted([first, *made])
