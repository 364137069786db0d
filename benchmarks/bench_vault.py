"""Sealing and unsealing a PIN, bound to its row, against Fernet, which is bound to nothing."""

import time
import uuid
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from _table import Row, below, show
from cryptography.fernet import Fernet

from discovery_accounts.vault.keyring import KeyRing
from discovery_accounts.vault.vault import Vault

PIN = "4821"
ROUNDS = 15
TIMES = 2000
MOST = 10.0  # microseconds; a page of eight cards opens sixteen values at most


def _cost(work: Callable[[], object]) -> float:
    """CPU microseconds of one ``work``."""
    before = time.process_time()
    for _ in range(TIMES):
        work()
    return 1e6 * (time.process_time() - before) / TIMES


def measure(folder: Path) -> list[Row]:
    vault = Vault(KeyRing.open(folder / "keys.json", create=True))
    fernet = Fernet(Fernet.generate_key())
    bound_to = ("pin", "lumme", str(uuid.uuid4()))
    sealed, token = vault.seal(PIN, bound_to), fernet.encrypt(PIN.encode())
    data_key = vault.new_data_key()
    own = vault.seal_with(data_key, PIN, bound_to)
    pairs: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "seal a PIN": (lambda: vault.seal(PIN, bound_to), lambda: fernet.encrypt(PIN.encode())),
        "unseal a PIN": (lambda: vault.unseal_text(sealed, bound_to), lambda: fernet.decrypt(token)),
        "unseal with a key of its own": (
            lambda: vault.unseal_with(data_key, own, bound_to),
            lambda: fernet.decrypt(token),
        ),
    }
    rows = []
    for what, (ours, theirs) in pairs.items():
        both = [(_cost(ours), _cost(theirs)) for _ in range(ROUNDS)]
        mine, its = (min(each) for each in zip(*both, strict=True))
        rows.append(below(what, mine, MOST, "µs", f"{its:.3g} µs Fernet", f"{mine / its:.2f}"))
    size = f"{len(token)} bytes Fernet"
    rows.append(
        Row(
            "size at rest",
            f"{len(sealed.ciphertext)} bytes",
            size,
            f"{len(sealed.ciphertext) / len(token):.2f}",
        )
    )
    return rows


def main() -> None:
    with TemporaryDirectory() as folder:
        rows = measure(Path(folder))
    show("Vault: AES-256-GCM bound to the row", rows, f"The least of {ROUNDS} interleaved rounds of {TIMES}.")


if __name__ == "__main__":
    main()
