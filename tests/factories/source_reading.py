"""Opening one source as the settings do, and reading it to its end."""

from datetime import UTC, datetime
from pathlib import Path

from discovery_accounts.config.reader import read_settings
from discovery_accounts.sources.api import Batch, SoFar, Source
from discovery_accounts.sources.registry import open_sources

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
RECORDED = Path(__file__).parents[1] / "recorded" / "sources"


def opened(kind: str, **options: str) -> Source:
    """The source ``lumme``; ``__`` stands for a dot."""
    given = {"kind": kind, **options}
    values = {f"accounts.source.lumme.{key.replace('__', '.')}": value for key, value in given.items()}
    sources = open_sources(
        read_settings({"accounts.stage": "development", "accounts.sources": "lumme", **values}, {})
    )
    assert not sources.faults
    return sources.opened["lumme"]


def read(source: Source, mark: str | None = None, place: str | None = None) -> list[Batch]:
    batches = list(source.batches(SoFar(NOW, mark, place)))
    assert [batch.mark is None for batch in batches] == [True] * (len(batches) - 1) + [False]
    assert all((batch.place is None) != (batch.mark is None) for batch in batches)
    return batches


def recorded(name: str) -> bytes:
    return (RECORDED / name).read_bytes()
