"""What indexes of discovery portals answer: JSON, values that may be one or many, hierarchies of buildings."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from discovery_accounts.sources.api import SourceFailed
from discovery_accounts.sources.door import Answer


def read_answer(answer: Answer) -> Mapping[str, Any]:
    """The JSON object of a good answer. Raises ``SourceFailed``."""
    if answer.status != 200:
        raise SourceFailed(f"http_{answer.status}")
    try:
        told = json.loads(answer.content)
    except (ValueError, RecursionError):
        raise SourceFailed("not_json") from None
    if not isinstance(told, Mapping):
        raise SourceFailed("not_json")
    return told


def texts_in(given: Any) -> Iterator[str]:
    """All texts of a value: one, some, or some within some; of an object its ``value`` or its ``name``."""
    if isinstance(given, str):
        yield given
    elif isinstance(given, bool) or given is None:
        return
    elif isinstance(given, int):
        yield str(given)
    elif isinstance(given, Mapping):
        yield from texts_in(given.get("value") or given.get("name"))
    elif isinstance(given, list):
        for one in given[:1000]:
            # a level or two, as nested values are
            yield from texts_in(one)


def first_text(given: Any) -> str:
    return next(texts_in(given), "")


def buildings(values: Iterable[str]) -> tuple[list[str], list[str]]:
    """Libraries and branches: of ``0/Lumme/`` and ``1/Lumme/Main/`` the first is a library, the second, written
    ``Lumme/Main``, a branch; what has no levels is a branch."""
    libraries: list[str] = []
    branches: list[str] = []
    for value in values:
        level, _, rest = value.partition("/")
        if level.isdigit() and rest:
            (libraries if level == "0" else branches).append(rest.strip("/"))
        else:
            branches.append(value)
    return libraries, branches
