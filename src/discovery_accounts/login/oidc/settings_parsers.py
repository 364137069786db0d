"""Readers of this kind's own settings. Like all parsers they never repeat what they were given."""

import re
from urllib.parse import urlsplit

from discovery_accounts.config import addresses, parsers
from discovery_accounts.config.keys import BadValue, ReadContext
from discovery_accounts.config.stage import is_loopback
from discovery_accounts.domain.person import FIELDS
from discovery_accounts.login.oidc.algorithms import SIGNING

_CLAIM = re.compile(r"[!-+\--<>-~]{1,200}")  # printable, without spaces, comma and equals sign
_HOST = re.compile(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*")

# What a person, or somebody after them, may get another value of: never the key of an identity (L2)
_MUTABLE = frozenset(
    (
        "email",
        "family_name",
        "given_name",
        "middle_name",
        "name",
        "nickname",
        "phone_number",
        "preferred_username",
        "unique_name",
        "upn",
    )
)

ClaimNames = dict[str, tuple[str, ...]]


def issuer(given: str, context: ReadContext) -> str:
    """The issuer letter by letter as the provider writes it: a slash at its end counts."""
    plain = addresses.url("https", "http")(given, context)
    if plain.startswith("http:") and not (context.development and is_loopback(urlsplit(plain).hostname)):
        raise BadValue("must be https; plain http is for this machine, in development only")
    if len(given) > 255:  # as long as identities are kept
        raise BadValue("must not be longer than 255 characters")
    return given


def scope(given: str, context: ReadContext) -> str:
    """Words parted by spaces; ``openid`` is one of them."""
    words = parsers.words(given, context)
    if "openid" not in words:
        raise BadValue("must have openid among its words: without it there is no ID token")
    return " ".join(words)


def algorithms(given: str, context: ReadContext) -> tuple[str, ...]:
    """Signature algorithms with a public key; ``none`` and the ones with a shared secret never are."""
    words = parsers.words(given, context)
    if not words or any(word not in SIGNING for word in words):
        raise BadValue(f"must be one or more of: {' '.join(SIGNING)}")
    return words


def claim(given: str, _context: ReadContext) -> str:
    """The name of one claim."""
    if not _CLAIM.fullmatch(given):
        raise BadValue("must be the name of one claim")
    return given


def subject_claim(given: str, context: ReadContext) -> str:
    """A claim that stays with one person for ever."""
    name = claim(given, context)
    if name in _MUTABLE:
        raise BadValue("must name a claim that never changes and is never given to another person")
    return name


def mapping(given: str, context: ReadContext) -> ClaimNames:
    """``field=claim`` or ``field=claim,claim`` (the first that is told); ``field=`` takes nothing."""
    found: ClaimNames = {}
    for word in parsers.words(given, context):
        field, equals, names = word.partition("=")
        if not equals or field not in FIELDS or field in found:
            raise BadValue(f"must be field=claim, each field once, fields are: {' '.join(FIELDS)}")
        found[field] = tuple(claim(name, context) for name in names.split(",") if name)
    return found


def realm(given: str, _context: ReadContext) -> str:
    """What stands behind the @ of a user name."""
    if not _HOST.fullmatch(given):
        raise BadValue("must be a domain name in small letters")
    return given
