"""The program xmlsec1, started as it is fastest and safest.

It loads the whole CA bundle of the system at every start, which takes 38 of its 42 milliseconds, though
we pin the key that must have signed: it is given none. Files that it reads are in a folder of their
own that only we may enter and that goes when the answer is done.
"""

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from discovery_accounts.config.secret import Secret

_ENVIRONMENT = {
    "SSL_CERT_FILE": os.devnull,
    "SSL_CERT_DIR": "/nonexistent",
    "PATH": os.defpath,
    "LC_ALL": "C",
}
_SECONDS = 10.0


class XmlsecMissing(Exception):
    """The program is not there, or does not start."""


@cache
def version(program: str | None = None) -> tuple[int, ...]:
    """Such as ``(1, 2, 37)``. Raises ``XmlsecMissing``."""
    ran = _run([_program(program), "--version"])
    found = re.match(rb"xmlsec1 (\d+)\.(\d+)(?:\.(\d+))?", ran.stdout)
    if ran.returncode or found is None:
        raise XmlsecMissing("xmlsec1 does not tell its version")
    return tuple(int(part) for part in found.groups() if part)


def verify(document: bytes, certificate: Path, element: str, identifier: str, folder: Path) -> bool:
    """Whether the key of the certificate signed the element (``namespace:name``) that has this ID."""
    named = ["--enabled-reference-uris", "same-doc", "--enabled-key-data", "raw-x509-cert"]
    named += ["--pubkey-cert-pem", str(certificate), "--id-attr:ID", element, "--node-id", identifier]
    return _worked("--verify", named, document, folder)[0]


def decrypt(document: bytes, key: Path, folder: Path) -> bytes | None:
    """The document with what is encrypted in it opened in its place; ``None`` when it is for another key."""
    good, written = _worked(
        "--decrypt", ["--privkey-pem", str(key), "--id-attr:Id", "EncryptedKey"], document, folder
    )
    return written if good else None


def write_key(folder: Path, key: Secret) -> Path:
    """The private key as a file that xmlsec1 can read, in a folder that only we may enter."""
    path = folder / "key.pem"
    while path.exists():
        path = path.with_stem(f"{path.stem}-next")
    path.touch(mode=0o600)
    path.write_text(key.reveal())
    return path


def _worked(action: str, arguments: list[str], document: bytes, folder: Path) -> tuple[bool, bytes]:
    source, target = folder / "document.xml", folder / "written.xml"
    source.write_bytes(document)
    lax = ["--lax-key-search"] if version() >= (1, 3) else []
    try:
        ran = _run([_program(None), action, *arguments, *lax, "--output", str(target), str(source)])
        return ran.returncode == 0, target.read_bytes() if target.exists() else b""
    finally:
        source.unlink()
        target.unlink(missing_ok=True)


def _program(program: str | None) -> str:
    found = program or shutil.which("xmlsec1")
    if found is None:
        raise XmlsecMissing("xmlsec1 is not installed")
    return found


def _run(arguments: list[str]) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - no shell; of a stranger's there is an id at most, whose shape was checked
            arguments, env=_ENVIRONMENT, capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        raise XmlsecMissing("xmlsec1 does not run") from None
