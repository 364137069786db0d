"""Any catalogue that speaks OAI-PMH 2.0, with MARCXML or Dublin Core."""

from collections.abc import Mapping
from typing import Any

from discovery_accounts.config import addresses, parsers
from discovery_accounts.config.keys import Key
from discovery_accounts.config.settings import SourceSettings
from discovery_accounts.sources.api import Source, SourceKind
from discovery_accounts.sources.marc_options import marc_keys
from discovery_accounts.sources.oai.keys import oai_keys, open_oai

KEYS = (
    Key(
        "url",
        addresses.url("https", "http"),
        required=True,
        example="https://library.example/oai",
        help="Its base URL.",
    ),
    *oai_keys("oai_dc"),
    Key(
        "ids",
        parsers.choice("identifier", "end"),
        default="identifier",
        example="end",
        help="What a record's id is: the server's whole identifier, or what stands behind its last colon.",
    ),
    *marc_keys("852a", "852b"),
)


def _open(source: SourceSettings, values: Mapping[str, Any]) -> Source:
    return open_oai(source, values, values["url"], own_ids=values["ids"] == "end")


KIND = SourceKind("oai-pmh", KEYS, _open)
