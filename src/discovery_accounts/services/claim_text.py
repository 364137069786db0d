"""A claim that waits for the person's yes, as text to be sealed and back."""

from collections.abc import Mapping
from typing import Any

from discovery_accounts.domain.person import Person
from discovery_accounts.domain.strength import Strength
from discovery_accounts.login.claim import Claim, ProviderSession
from discovery_accounts.services.house import House


def write_claim(claim: Claim) -> dict[str, Any]:
    """Everything but a proved card, whose PIN must not wait, and the raw attributes."""
    return {
        "login": claim.login,
        "issuer": claim.issuer,
        "subject": claim.subject,
        "person": claim.person.as_mapping(),
        "strength": claim.strength.value,
        "shared_id": claim.shared_id,
        "provider": None
        if claim.provider is None
        else {"handles": list(claim.provider.handles), "memory": dict(claim.provider.memory)},
    }


def read_claim(written: Mapping[str, Any]) -> Claim:
    provider = written["provider"]
    return Claim(
        login=written["login"],
        issuer=written["issuer"],
        subject=written["subject"],
        person=Person.from_mapping(written["person"]),
        strength=Strength(written["strength"]),
        shared_id=written["shared_id"],
        provider=None
        if provider is None
        else ProviderSession(tuple(provider["handles"]), provider["memory"]),
    )


def mark_of(house: House, claim: Claim) -> str:
    """A mark by which a page says which claim it showed: with two windows of one browser, a yes must not
    answer the question of the other."""
    person = [f"{name}={value}" for name, value in sorted(claim.person.as_mapping().items())]
    return house.vault.keyed_hash("shown claim", claim.login, claim.issuer, claim.subject, *person)[:16]
