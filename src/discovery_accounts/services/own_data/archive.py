"""The archive: one ZIP with ``account.json``, its ``schema.json`` and a readable ``account.html``, made while it is
sent. Whatever an account holds, a part of it is all that is in memory."""

import io
import json
import logging
import zipfile
from collections.abc import Iterator
from datetime import datetime

from discovery_accounts.services.house import House
from discovery_accounts.services.own_data.html_file import account_html
from discovery_accounts.services.own_data.json_file import account_json
from discovery_accounts.services.own_data.parts import Reader
from discovery_accounts.services.own_data.schema import archive_schema
from discovery_accounts.telemetry.log import event

log = logging.getLogger(__name__)

PART = 32 * 1024
"""Bytes, about, that are given at a time."""


class _Pipe(io.RawIOBase):
    """Where the ZIP is written to: a file that can't be gone back in, and is emptied as it fills."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        given = bytes(data)  # type: ignore[call-overload]
        self._waiting += given
        return len(given)

    def __len__(self) -> int:
        return len(self._waiting)

    def taken(self) -> bytes:
        given = bytes(self._waiting)
        self._waiting.clear()
        return given


def archive(house: House, reader: Reader, language: str) -> Iterator[bytes]:
    """The ZIP in parts. Never ends as if it were whole: what goes wrong is raised to the server, which breaks the
    connection."""
    now = house.now()
    schema = json.dumps(archive_schema(), ensure_ascii=False, indent=1) + "\n"
    files = (
        ("account.json", account_json(house, reader, now)),
        ("schema.json", iter((schema,))),
        ("account.html", account_html(house, reader, language, now)),
    )
    pipe = _Pipe()
    try:
        with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, texts in files:
                yield from _packed(packed, pipe, name, texts, now)
    except Exception:
        event(log, "own_data.export_broke_off", level=logging.ERROR, exc_info=True)
        raise
    yield pipe.taken()


def _packed(
    packed: zipfile.ZipFile, pipe: _Pipe, name: str, texts: Iterator[str], now: datetime
) -> Iterator[bytes]:
    info = zipfile.ZipInfo(name, now.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    # the length is not known beforehand
    with packed.open(info, "w") as file:
        for text in texts:
            file.write(text.encode())
            if len(pipe) >= PART:
                yield pipe.taken()
