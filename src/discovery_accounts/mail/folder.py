"""Mail as files: for development, for tests, and for hosts where another program takes it on."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from discovery_accounts.mail.api import MailDelayed, Mark, Message, no_mark


def _now() -> datetime:
    return datetime.now(UTC)


class FolderMailer:
    """Writes each message as one ``.eml`` file of mode 600, named by time and message id."""

    def __init__(self, folder: Path, sender: str, now: Callable[[], datetime] = _now) -> None:
        self._folder = folder
        self._sender = sender
        self._now = now

    def send(self, message: Message, mark: Mark = no_mark) -> None:
        """Write the file; it appears whole or not at all, right after ``mark``. Raises ``MailDelayed``."""
        now = self._now()
        content = message.to_email(self._sender, now).as_bytes()
        name = re.sub(r"[^A-Za-z0-9._-]", "_", message.message_id.strip("<>"))[:120]
        final = self._folder / f"{now:%Y%m%dT%H%M%S.%f}-{name}.eml"
        draft = final.with_name(f".{final.name}.{os.urandom(4).hex()}")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(draft, content)
            _marked(mark, draft)
            draft.replace(final)
            failed = None
        except OSError as error:
            failed = error.strerror or "unknown"
            with suppress(OSError):
                draft.unlink()
        if failed is not None:
            raise MailDelayed(f"the mail folder can't be written: {failed}")

    @contextmanager
    def session(self) -> Iterator[Self]:
        """A folder needs no connection."""
        yield self


def _marked(mark: Mark, draft: Path) -> None:
    try:
        mark()
    except BaseException:
        draft.unlink()
        raise


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
