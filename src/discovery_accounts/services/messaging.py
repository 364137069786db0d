"""Which messages a library sends to its patron, by what, how early; kept by the library itself (rules 8)."""

import uuid
from dataclasses import dataclass

from discovery_accounts.connectors.api import (
    ChangeRefused,
    KeepsMessaging,
    MessageChoice,
    MessageSetting,
    NotAPatron,
)
from discovery_accounts.domain.access import Action
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.messages import MessageKind
from discovery_accounts.services import events
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.acts import NOT_ANSWERED, Acts, NotAnswered
from discovery_accounts.services.house import House
from discovery_accounts.services.own_cards import CardPart, OwnCards
from discovery_accounts.services.problems import Code, Problem

CHANGED = "changed"
UNCHANGED = "unchanged"
REFUSED = "refused"

Settings = tuple[MessageSetting, ...]


@dataclass(frozen=True, slots=True)
class MessagingResult:
    """``code`` is ``changed``, ``unchanged``, ``refused`` (the kinds in ``refused``; nothing was changed then) or
    ``not_answered``. ``settings`` are those in force, where they are known."""

    card: AccountCard
    done: bool
    code: str
    settings: Settings | None = None
    refused: tuple[MessageKind, ...] = ()


class Messaging:
    """All raise ``Problem`` with the reason why a card may not be used for that."""

    def __init__(self, house: House) -> None:
        self._own = OwnCards(house)
        self._acts = Acts(house)

    def read_all(self, actor: Actor) -> tuple[CardPart[Settings], ...]:
        """The settings of all of one's own cards; of those whose library keeps none, why."""
        return self._own.ask_all(
            actor, Action.SEE_OWN_DATA, KeepsMessaging, lambda one, patron_id: one.read_messaging(patron_id)
        )

    def read(self, actor: Actor, card_id: uuid.UUID) -> tuple[AccountCard, Settings]:
        """The settings of one card, asked now."""
        card = self._own.admit(actor, card_id, Action.SEE_OWN_DATA, KeepsMessaging)
        return card, self._settings(card)

    def change(self, actor: Actor, card_id: uuid.UUID, choices: tuple[MessageChoice, ...]) -> MessagingResult:
        """Choose what is different from what holds, all or nothing, sent once."""
        card = self._own.admit(actor, card_id, Action.CHANGE_OWN_DATA, KeepsMessaging)
        before = self._settings(card)
        wanted = tuple(one for one in choices if not _holds(one, before))
        if refused := tuple(one.kind for one in wanted if not _is_offered(one, before)):
            return MessagingResult(card, False, REFUSED, before, refused)
        if not wanted:
            return MessagingResult(card, True, UNCHANGED, before)
        answer = self._acts.act(
            actor,
            card,
            KeepsMessaging,
            lambda one: one.change_messaging(card.patron_id, wanted),
            word=events.MESSAGING_CHANGED,
            says=_code,
        )
        match answer:
            case NotAPatron():
                raise Problem(Code.NOT_A_PATRON)
            case ChangeRefused(fields=names):
                kinds = tuple(one.kind for one in wanted if one.kind in names)
                return MessagingResult(card, False, REFUSED, before, kinds or tuple(o.kind for o in wanted))
            case NotAnswered():
                return self._look(card, wanted)
            case _:
                return MessagingResult(card, True, CHANGED, answer)

    def _look(self, card: AccountCard, wanted: tuple[MessageChoice, ...]) -> MessagingResult:
        try:
            now = self._settings(card)
        except Problem:
            return MessagingResult(card, False, NOT_ANSWERED)
        if all(_holds(one, now) for one in wanted):
            return MessagingResult(card, True, CHANGED, now)
        return MessagingResult(card, False, NOT_ANSWERED, now)

    def _settings(self, card: AccountCard) -> Settings:
        found = self._acts.ask(card, KeepsMessaging, lambda one: one.read_messaging(card.patron_id))
        if isinstance(found, NotAPatron):
            raise Problem(Code.NOT_A_PATRON)
        return found


def _setting(kind: MessageKind, settings: Settings) -> MessageSetting | None:
    return next((one for one in settings if one.kind is kind), None)


def _holds(choice: MessageChoice, settings: Settings) -> bool:
    """Whether it is so already."""
    setting = _setting(choice.kind, settings)
    return setting is not None and (
        choice.channels in (None, setting.channels)
        and choice.digest in (None, setting.digest)
        and choice.days_ahead in (None, setting.days_ahead)
    )


def _is_offered(choice: MessageChoice, settings: Settings) -> bool:
    """Whether the library lets that be chosen."""
    setting = _setting(choice.kind, settings)
    if setting is None or not setting.offered:
        return False
    if not (choice.channels or frozenset()) <= setting.offered:
        return False
    if choice.digest is not None and setting.digest is None:
        return False
    most = setting.most_days_ahead
    return choice.days_ahead is None or (most is not None and 0 <= choice.days_ahead <= most)


def _code(answer: Settings | ChangeRefused | NotAPatron) -> str:
    if isinstance(answer, NotAPatron):
        return Code.NOT_A_PATRON.value
    return REFUSED if isinstance(answer, ChangeRefused) else CHANGED
