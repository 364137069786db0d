"""The contract about what a library tells by itself: only what is genuine is believed, and nothing breaks."""

from collections.abc import Mapping
from typing import Any

import pytest

from discovery_accounts.connectors.api import Capability, News, NewsKind, NotGenuine
from discovery_accounts.testing.connector_world import ConnectorWorld, PatronKind, WorldPatron
from discovery_accounts.testing.contract_base import ContractBase

ODD_BODIES = (b"", b"{}", b"[]", b"null", b"{", b"\xff\xfe", b"<html>", b"[" * 100_000, b'{"patron": {}}')


class NewsContract(ContractBase):
    """Messages, and the question whether this is the address."""

    @pytest.mark.parametrize("kind", [NewsKind.LOANS, NewsKind.HOLDS])
    def test_genuine_news_name_the_patron(self, world: ConnectorWorld, kind: NewsKind) -> None:
        patron, headers, body = self.written(world, kind)
        assert News(patron.patron_id, kind) in self.heard(world, headers, body)
        assert len(world.seen()) == 0

    def test_news_without_the_right_signature_are_not_believed(self, world: ConnectorWorld) -> None:
        _, headers, body = self.written(world, NewsKind.LOANS)
        other = self.patron(world, PatronKind.ANOTHER)
        signed_otherwise, _ = world.write_news(other, NewsKind.HOLDS)
        changed = {name: _spoilt(value) for name, value in headers.items()}
        for wrong in ({}, changed, signed_otherwise):
            assert self.heard(world, wrong, body) == NotGenuine()
        assert self.heard(world, headers, body + b" ") == NotGenuine()
        assert self.heard(world, headers, body.replace(body[-2:-1], b"~")) == NotGenuine()

    @pytest.mark.parametrize("odd", ODD_BODIES, ids=lambda body: repr(body[:12]))
    def test_a_strange_body_never_breaks_anything(self, world: ConnectorWorld, odd: bytes) -> None:
        _, headers, _ = self.written(world, NewsKind.LOANS)
        for these in (headers, {}, dict.fromkeys(headers, "💥")):
            assert self.heard(world, these, odd) in (NotGenuine(), ())

    def test_no_question_needs_no_answer(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.HEAR_NEWS)

        async def challenge(connector: Any) -> object:
            return connector.challenge({})

        assert self.ask(world, challenge) is None

    def test_whose_news_they_are_is_not_shown(self, world: ConnectorWorld) -> None:
        patron, headers, body = self.written(world, NewsKind.LOANS)
        assert patron.patron_id not in repr(self.heard(world, headers, body))

    def written(self, world: ConnectorWorld, kind: NewsKind) -> tuple[WorldPatron, Mapping[str, str], bytes]:
        """Somebody, and what the library sends about them."""
        self.need(world, Capability.HEAR_NEWS, "write_news")
        patron = self.patron(world, PatronKind.GOOD)
        return patron, *world.write_news(patron, kind)

    def heard(self, world: ConnectorWorld, headers: Mapping[str, str], body: bytes) -> Any:
        """What the connector makes of it."""

        async def hear(connector: Any) -> object:
            return connector.news(headers, body)

        return self.ask(world, hear)


def _spoilt(value: str) -> str:
    return value[:-1] + ("A" if value[-1:] != "A" else "B")
