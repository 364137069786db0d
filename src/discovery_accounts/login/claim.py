"""What a proof of identity comes to, whatever kind it was."""

from dataclasses import dataclass, field

from discovery_accounts.connectors.api import PatronRecord


@dataclass(frozen=True, slots=True)
class ProvedCard:
    """A card whose number and PIN the library accepted just now. ``record`` is ``None`` when it did not tell."""

    library: str
    patron_id: str
    card_number: str = field(repr=False)
    pin: str = field(repr=False)
    record: PatronRecord | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody is (login, issuer, subject); nothing else about them decides whose account this is."""

    login: str
    issuer: str
    subject: str
    card: ProvedCard | None = None


@dataclass(frozen=True, slots=True)
class NoClaim:
    """The proof failed. ``reason`` is for the event log; people get one same answer for all of them."""

    reason: str
