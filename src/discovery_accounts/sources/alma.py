"""Alma's publishing by OAI-PMH: ids are MMS ids. Alma lists sets only, those of its publishing profiles."""

import re
from collections.abc import Mapping
from typing import Any

from discovery_accounts.config import addresses, parsers
from discovery_accounts.config.keys import BadValue, Key, ReadContext
from discovery_accounts.config.settings import SourceSettings
from discovery_accounts.sources.api import Source, SourceKind
from discovery_accounts.sources.marc_options import marc_keys
from discovery_accounts.sources.oai.keys import oai_keys, open_oai


def _institution(given: str, context: ReadContext) -> str:
    if not re.fullmatch(r"[0-9A-Za-z_]{3,64}", parsers.text(given, context)):
        raise BadValue("must be the code of an institution, such as 358FOO_INST")
    return given


KEYS = (
    Key(
        "url",
        addresses.url("https", "http"),
        required=True,
        example="https://foo.alma.exlibrisgroup.com",
        help="Address of the institution's Alma; `/view/oai/…/request` is added.",
    ),
    Key(
        "institution",
        _institution,
        required=True,
        example="358FOO_INST",
        help="Code of the institution.",
    ),
    *oai_keys("marc21", needs_sets=True),
    *marc_keys("852a", "852b"),
)


def _open(source: SourceSettings, values: Mapping[str, Any]) -> Source:
    url = f"{values['url']}/view/oai/{values['institution']}/request"
    return open_oai(source, values, url, own_ids=True)


KIND = SourceKind("alma", KEYS, _open)
