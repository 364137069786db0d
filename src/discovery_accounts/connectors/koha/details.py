"""What is told of a person, in Koha's words: fields of the record, and attributes beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from discovery_accounts.connectors.api import PatronDetails
from discovery_accounts.connectors.koha.finding import attribute_code
from discovery_accounts.connectors.koha.settings import KohaSettings
from discovery_accounts.connectors.people import possible_value

FIELDS = {
    "given_names": "firstname",
    "family_name": "surname",
    "email": "email",
    "phone": "phone",
    "user_name": "userid",
}
_LANGUAGES = {"fi": "fi-FI", "sv": "sv-SE", "nb": "nb-NO", "nn": "nn-NO", "en": "en"}
_LONGEST = {"cardnumber": 32, "userid": 75}  # characters
_MAY_BE_EMPTIED = frozenset({"email", "phone"})


@dataclass(frozen=True, slots=True)
class Writing:
    """What to write where. ``homeless`` are details that this library has no place for, ``impossible``
    those that no Koha could take, both by the names they were told by. ``otherwise`` is the name of
    what Koha complains of when it is nothing that was told."""

    fields: Mapping[str, str | None] = field(repr=False)
    attributes: Mapping[str, str] = field(repr=False)
    homeless: tuple[str, ...]
    impossible: tuple[str, ...]
    sources: Mapping[str, str]
    # A patron who was told without a user name is given one.
    otherwise: str = "user_name"

    def detail_of(self, name: str) -> str:
        """Which detail went into that field or attribute of Koha's."""
        return self.sources.get(name, self.otherwise)


def writing(details: PatronDetails, settings: KohaSettings) -> Writing:
    """Where everything that is told goes; an empty address or phone number removes the one on file."""
    plain: dict[str, str | None] = {}
    attributes: dict[str, str] = {}
    sources: dict[str, str] = {}
    homeless: list[str] = []
    impossible: list[str] = []
    for name in details.told:
        where, value = _place(name, details, settings)
        if where is None:
            homeless.append(name)
        elif not (possible_value(value) or (not value and name in _MAY_BE_EMPTIED)):
            impossible.append(name)
        elif (code := attribute_code(where)) is not None:
            attributes[code] = value
            sources[code] = name
        elif len(value) > _LONGEST.get(where, len(value)) or (name == "shared_id" and where not in _LONGEST):
            impossible.append(name)
        else:
            plain[where] = value or None
            sources[where] = name
    return Writing(plain, attributes, tuple(homeless), tuple(impossible), sources)


def _place(name: str, details: PatronDetails, settings: KohaSettings) -> tuple[str | None, str]:
    if name == "shared_id" and details.shared_id is not None:
        return details.shared_id
    if name == "identity_code":
        code = settings.identity_attribute
        return (f"attribute:{code}" if code else None), details.identity_code or ""
    if name == "language":
        known = koha_language(details.language)
        return ("lang" if known else None), known or ""
    return FIELDS[name], getattr(details, name)


def koha_language(ours: str | None) -> str | None:
    """Koha's code for a language of ours."""
    return _LANGUAGES.get(ours or "")


def our_language(told: str | None) -> str | None:
    """Ours for Koha's (``fi-FI``); none for ``default`` and for languages that we don't speak."""
    return next((ours for ours in _LANGUAGES if (told or "").partition("-")[0] == ours), None)
