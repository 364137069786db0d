"""Messages: how they come, and those that were sent."""

from dataclasses import replace

from discovery_accounts.connectors.api import (
    ChangeRefused,
    LibraryNotice,
    MessageChoice,
    MessageSetting,
    NotAPatron,
)
from discovery_accounts.connectors.memory.people import Person
from discovery_accounts.connectors.memory.verbs import Verbs


class MessagingVerbs(Verbs):
    """``KeepsMessaging`` and ``ListsNotices``."""

    async def read_messaging(self, patron_id: str) -> tuple[MessageSetting, ...] | NotAPatron:
        async with self.library.gate.reading("messaging"):
            person = self.person(patron_id)
            return NotAPatron() if person is None else tuple(person.messages.values())

    async def change_messaging(
        self, patron_id: str, choices: tuple[MessageChoice, ...]
    ) -> tuple[MessageSetting, ...] | ChangeRefused | NotAPatron:
        async with self.library.gate.reading("messaging"):
            person = self.person(patron_id)
        if person is None:
            return NotAPatron()
        if refused := tuple(str(one.kind) for one in choices if not _possible(person, one)):
            return ChangeRefused(refused)
        if choices:
            async with self.library.gate.acting("messaging"):
                for choice in choices:
                    person.messages[choice.kind] = _chosen(person.messages[choice.kind], choice)
        return tuple(person.messages.values())

    async def list_notices(self, patron_id: str) -> tuple[LibraryNotice, ...] | NotAPatron:
        async with self.library.gate.reading("notices"):
            person = self.person(patron_id)
            return NotAPatron() if person is None else tuple(person.notices)


def _possible(person: Person, choice: MessageChoice) -> bool:
    setting = person.messages.get(choice.kind)
    if setting is None:
        return False
    days = choice.days_ahead
    return (
        (choice.channels or frozenset()) <= setting.offered
        and (choice.channels is None or bool(setting.offered))
        and (choice.digest is None or setting.digest is not None)
        and (days is None or (setting.most_days_ahead is not None and 0 <= days <= setting.most_days_ahead))
    )


def _chosen(setting: MessageSetting, choice: MessageChoice) -> MessageSetting:
    told = {
        name: value
        for name in ("channels", "digest", "days_ahead")
        if (value := getattr(choice, name)) is not None
    }
    return replace(setting, **told)
