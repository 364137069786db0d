"""The keys of sources that are read by OAI-PMH."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from discovery_accounts.config import parsers
from discovery_accounts.config.keys import Key
from discovery_accounts.config.settings import SourceSettings
from discovery_accounts.sources.door import Door
from discovery_accounts.sources.marc_options import marc_options
from discovery_accounts.sources.oai.client import OaiClient
from discovery_accounts.sources.oai.reading import OaiOptions, OaiSource, after_last_colon
from discovery_accounts.sources.shared_keys import overlap_key, timeout_key


def oai_keys(prefix: str, *, needs_sets: bool = False) -> tuple[Key, ...]:
    """``prefix`` is the kind's own metadata prefix."""
    return (
        Key(
            "format",
            parsers.text,
            default=prefix,
            example="marc21",
            help="The metadata prefix to ask for: of MARCXML, or `oai_dc`.",
        ),
        Key(
            "sets",
            parsers.words,
            default=None if needs_sets else "",
            required=needs_sets,
            example="new_items",
            help="Sets to read, one after the other." + ("" if needs_sets else " Left out: everything."),
        ),
        overlap_key(60, "servers list a change late"),
        timeout_key(60),
    )


def open_oai(source: SourceSettings, values: Mapping[str, Any], url: str, *, own_ids: bool) -> OaiSource:
    """``own_ids``: the record's id is what stands behind the last colon of the identifier."""
    door = Door(url, values["timeout"])
    options = OaiOptions(
        prefix=values["format"],
        sets=values["sets"],
        overlap=timedelta(minutes=values["overlap_minutes"]),
        record_id=after_last_colon if own_ids else str,
        marc=marc_options(values),
    )
    return OaiSource(source.name, lambda: OaiClient(door), options)
