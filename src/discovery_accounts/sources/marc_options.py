"""What settings say about MARC records: where libraries and branches stand, and what the ids begin with."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from discovery_accounts.config import parsers
from discovery_accounts.config.keys import BadValue, Key, ReadContext
from discovery_accounts.sources.shared_keys import ID_PREFIX_KEY, LIBRARIES_KEY

Place = tuple[str, str]
"""Tag and subfield code."""

_PLACE = re.compile(r"([0-9A-Z]{3})([0-9a-z])")


@dataclass(frozen=True, slots=True)
class MarcOptions:
    """``libraries`` are had by every record of the source. ``by_008`` takes 008/00–05, the day on which the record
    was made, for the day on which the catalogue got it."""

    libraries: tuple[str, ...] = ()
    library_fields: tuple[Place, ...] = (("852", "a"),)
    branch_fields: tuple[Place, ...] = (("852", "b"),)
    id_prefix: str = ""
    by_008: bool = False


def places(given: str, context: ReadContext) -> tuple[Place, ...]:
    """Tags with a subfield code, such as ``952a``."""
    found = [_PLACE.fullmatch(word) for word in parsers.words(given, context)]
    if not all(found):
        raise BadValue("must be tags of three characters, each with a subfield code behind it, such as 852b")
    return tuple((match[1], match[2]) for match in found if match)


def marc_keys(library_fields: str, branch_fields: str) -> tuple[Key, ...]:
    """The keys of a kind whose records are MARC, with its own defaults."""
    return (
        ID_PREFIX_KEY,
        LIBRARIES_KEY,
        Key(
            "library_fields",
            places,
            default=library_fields,
            example="852a",
            help="MARC subfields that name the library.",
        ),
        Key(
            "branch_fields",
            places,
            default=branch_fields,
            example="952a 852b",
            help="MARC subfields that name the branch.",
        ),
        Key(
            "first_indexed_by_008",
            parsers.boolean,
            default="no",
            example="yes",
            help="Take the day on which a MARC record was made (008/00–05) for the day on which the catalogue got "
            "it: a record made long ago is then never new. Not where records are copied from elsewhere.",
        ),
    )


def marc_options(values: Mapping[str, Any]) -> MarcOptions:
    return MarcOptions(
        libraries=values["libraries"],
        library_fields=values["library_fields"],
        branch_fields=values["branch_fields"],
        id_prefix=values["id_prefix"],
        by_008=values["first_indexed_by_008"],
    )
