"""A login kind of an outside package, with an identity provider that says whatever a test wants."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.domain.person import Person
from discovery_accounts.login import kinds
from discovery_accounts.login.claim import Attribute, Claim, NoClaim, ProviderSession, Why
from discovery_accounts.login.kinds import LoginKind, LoginTools
from discovery_accounts.login.provider import Answer, Departure, EndOrder, ProviderFailure, Start

ISSUER = "https://university.example"
PERSON = Person(
    "ada@university.example", "Ada", "Lind", "010190-123A", "+358401234567", "ada@university.example"
)


@dataclass
class StandInProvider:
    """``claim`` is what the next answer proves; ``failure`` is raised by every call."""

    name: str
    claim: Claim | NoClaim = field(
        default_factory=lambda: Claim(
            "outside",
            ISSUER,
            "ada",
            person=PERSON,
            provider=ProviderSession(("sid:1",), {"sid": "1"}),
            attributes=(Attribute("uid", ("ada",), "user_name"),),
        )
    )
    failure: str | None = None
    begun: list[Start] = field(default_factory=list)

    def begin(self, start: Start) -> Departure:
        self._fail()
        self.begun.append(start)
        key = f"state-{self.name}-{len(self.begun)}"
        return Departure(f"{ISSUER}/authorize?{urlencode({'state': key})}", key, {"nonce": f"n-{key}"})

    def request_key(self, answer: Answer) -> str | None:
        return answer.fields.get("state")

    def complete(self, memory: Mapping[str, str], answer: Answer) -> Claim | NoClaim:
        self._fail()
        assert memory["nonce"] == f"n-{answer.fields['state']}"
        if answer.fields.get("error"):
            return NoClaim(answer.fields["error"], Why.CANCELLED)
        return self.claim

    def destinations(self) -> tuple[str, ...]:
        self._fail()
        return (ISSUER,)

    def leave(self, memory: Mapping[str, str], language: str) -> Departure | None:
        self._fail()
        return Departure(f"{ISSUER}/end?sid={memory['sid']}&state=bye", "bye", {"sid": memory["sid"]})

    def left(self, memory: Mapping[str, str], answer: Answer) -> bool:
        return memory["sid"] == "1"

    def told_to_end(self, answer: Answer) -> EndOrder | NoClaim:
        token = answer.fields.get("logout_token", "")
        return EndOrder((token,)) if token.startswith("sid:") else NoClaim("bad_token", Why.NOT_TRUSTED)

    def says(self, **changes: Any) -> None:
        """From now on it proves somebody else, or the same otherwise."""
        assert isinstance(self.claim, Claim)
        self.claim = replace(self.claim, **changes)

    def _fail(self) -> None:
        if self.failure is not None:
            raise ProviderFailure(self.failure)


def state_of(location: str) -> str:
    return parse_qs(urlsplit(location).query)["state"][0]


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> dict[str, StandInProvider]:
    """Registers the kind ``outside``; the providers that were opened, by the names of their logins."""
    opened: dict[str, StandInProvider] = {}

    def open_one(login: LoginSettings, _values: Mapping[str, Any], _tools: LoginTools) -> StandInProvider:
        return opened.setdefault(login.name, StandInProvider(login.name))

    known = {**kinds.known_kinds(), "outside": LoginKind("outside", open=open_one)}
    monkeypatch.setattr(kinds, "known_kinds", lambda: known)
    return opened
