"""The contract about messages: what is chosen holds, and what is not offered is refused."""

from dataclasses import replace

import pytest

from discovery_accounts.connectors.api import (
    Capability,
    ChangeRefused,
    LibraryNotice,
    MessageChoice,
    MessageSetting,
)
from discovery_accounts.domain.messages import Channel, MessageKind
from discovery_accounts.testing.connector_world import ConnectorWorld, PatronKind, WorldPatron
from discovery_accounts.testing.contract_act_table import other_choice
from discovery_accounts.testing.contract_base import ContractBase


class MessagingContract(ContractBase):
    """Settings, and messages that were sent."""

    def test_each_kind_of_message_is_told_once(self, world: ConnectorWorld) -> None:
        settings = self.settings(world, self.patron(world, PatronKind.GOOD))
        assert settings
        for setting in settings:
            assert isinstance(setting.kind, MessageKind)
            assert all(isinstance(channel, Channel) for channel in setting.channels | setting.offered)

    def test_what_is_chosen_holds_and_the_rest_stays(self, world: ConnectorWorld) -> None:
        patron = self.patron(world, PatronKind.GOOD)
        before = self.settings(world, patron)
        for setting in [setting for setting in before if setting.offered]:
            choice = other_choice(setting)
            answer = self.choose(world, patron, choice)
            after = self.settings(world, patron)
            assert answer == after
            changed = {one.kind: one for one in after}
            assert changed.pop(setting.kind).channels == choice.channels
            assert changed == {one.kind: one for one in before if one.kind is not setting.kind}
            before = after

    def test_days_ahead_are_kept(self, world: ConnectorWorld) -> None:
        patron = self.patron(world, PatronKind.GOOD)
        timed = [one for one in self.settings(world, patron) if one.days_ahead is not None]
        if not timed:
            pytest.skip("days_ahead: no kind of message has such a choice here")
        days = (timed[0].days_ahead or 0) + 1
        self.choose(world, patron, MessageChoice(timed[0].kind, days_ahead=days))
        expected = replace(timed[0], days_ahead=days)
        assert expected in self.settings(world, patron)

    def test_a_kind_there_is_not_keeps_all_as_they_are(self, world: ConnectorWorld) -> None:
        patron = self.patron(world, PatronKind.GOOD)
        before = self.settings(world, patron)
        able = [setting for setting in before if setting.offered]
        strange = next(
            (kind for kind in MessageKind if kind not in [setting.kind for setting in before]), None
        )
        if not able or strange is None:
            pytest.skip("offered: every kind of message can be chosen here, or none")
        wanted = (other_choice(able[0]), MessageChoice(strange, frozenset({Channel.EMAIL})))
        self.refused(world, patron, before, wanted, strange)

    def test_a_channel_that_is_not_offered_keeps_all_as_they_are(self, world: ConnectorWorld) -> None:
        patron = self.patron(world, PatronKind.GOOD)
        before = self.settings(world, patron)
        for setting in before:
            if missing := set(Channel) - setting.offered:
                wanted = (MessageChoice(setting.kind, frozenset({min(missing)})),)
                self.refused(world, patron, before, wanted, setting.kind)

    def test_the_newest_message_comes_first_and_shows_nothing_by_itself(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.LIST_NOTICES, "send_notice")
        patron, other = self.patron(world, PatronKind.GOOD), self.patron(world, PatronKind.ANOTHER)
        world.send_notice(patron, "Umbrella 5930")
        notices = self.ask(world, lambda connector: connector.list_notices(patron.patron_id))
        assert isinstance(notices, tuple)
        assert all(isinstance(notice, LibraryNotice) for notice in notices)
        assert "Umbrella 5930" in f"{notices[0].subject} {notices[0].text}"
        assert "Umbrella" not in repr(notices)
        moments = [notice.sent_at for notice in notices if notice.sent_at]
        assert all(moment.utcoffset() is not None for moment in moments)
        assert moments == sorted(moments, reverse=True)
        others = self.ask(world, lambda connector: connector.list_notices(other.patron_id))
        assert not {one.notice_id for one in others} & {one.notice_id for one in notices}

    def refused(
        self,
        world: ConnectorWorld,
        patron: WorldPatron,
        before: tuple[MessageSetting, ...],
        wanted: tuple[MessageChoice, ...],
        kind: MessageKind,
    ) -> None:
        """That the kind is refused by name, nothing was sent, and all is as before."""
        self.need(world, "is_act")
        acts = self.acts(world)
        assert self.choose(world, patron, *wanted) == ChangeRefused((kind,))
        assert self.acts(world) == acts
        assert self.settings(world, patron) == before

    def choose(self, world: ConnectorWorld, patron: WorldPatron, *choices: MessageChoice) -> object:
        """What the library makes of it."""
        return self.ask(world, lambda connector: connector.change_messaging(patron.patron_id, choices))

    def settings(self, world: ConnectorWorld, patron: WorldPatron) -> tuple[MessageSetting, ...]:
        """The settings of today; skips the test where they can't be read."""
        self.need(world, Capability.KEEP_MESSAGING)
        found = self.ask(world, lambda connector: connector.read_messaging(patron.patron_id))
        assert isinstance(found, tuple)
        assert len({setting.kind for setting in found}) == len(found)
        return found
