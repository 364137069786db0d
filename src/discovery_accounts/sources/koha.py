"""Koha's publishing by OAI-PMH: ids are biblionumbers.

Koha answers with identifiers ``PREFIX:biblionumber`` (system preference ``OAI-PMH:archiveID``) and tells of deleted
records. Items are in 952 where ``OAI-PMH:ConfFile`` includes them.
"""

from collections.abc import Mapping
from typing import Any

from discovery_accounts.config import addresses
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
        example="https://koha.library.example",
        help="Address of its OPAC; `/cgi-bin/koha/oai.pl` is added.",
    ),
    *oai_keys("marcxml"),
    *marc_keys("", "952a"),
)


def _open(source: SourceSettings, values: Mapping[str, Any]) -> Source:
    return open_oai(source, values, f"{values['url']}/cgi-bin/koha/oai.pl", own_ids=True)


KIND = SourceKind("koha", KEYS, _open)
