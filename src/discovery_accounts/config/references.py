"""``env:NAME`` and ``file:PATH``: where a secret is kept instead of the settings file."""

import re
from pathlib import Path

from discovery_accounts.config.keys import BadValue, ReadContext

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LARGEST = 65536  # bytes; a secret is a word or a key, not a data file


def resolve(text: str, context: ReadContext) -> str | None:
    """The text an ``env:`` or ``file:`` reference stands for, ``None`` when it is no reference.

    Raises ``BadValue`` naming the variable or the file, never the value.
    """
    kind, _, where = text.partition(":")
    if kind == "env":
        return _from_environment(where, context)
    if kind == "file":
        return _from_file(where)
    return None


def _from_environment(name: str, context: ReadContext) -> str:
    if not _NAME.fullmatch(name):
        raise BadValue("what follows env: is not the name of an environment variable")
    value = context.environ.get(name)
    if value is None:
        raise BadValue(f"the environment variable {name} is not set")
    if not value.strip():
        raise BadValue(f"the environment variable {name} is empty")
    return value.strip()


def _from_file(where: str) -> str:
    if not where:
        raise BadValue("file: needs a path behind it")
    try:
        with Path(where).open("rb") as file:
            content = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        raise BadValue(f"the file {where} can't be read: {reason}") from None
    if len(content) > _LARGEST:
        raise BadValue(f"the file {where} is too large for a secret")
    try:
        value = content.decode().strip()
    except UnicodeDecodeError:
        raise BadValue(f"the file {where} is not text") from None
    if not value:
        raise BadValue(f"the file {where} is empty")
    return value
