"""``/cards/{card}/messages`` and ``/messaging``: which messages the libraries send, and how."""

from pyramid.response import Response

from discovery_accounts.connectors.api import MessageChoice, MessageSetting, PatronProfile, ReadsProfiles
from discovery_accounts.domain.masking import mask_phone
from discovery_accounts.domain.messages import Channel, MessageKind
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.acts import NOT_ANSWERED
from discovery_accounts.services.cards import Cards
from discovery_accounts.services.digest_settings import ReminderSettings
from discovery_accounts.services.messaging import Messaging, MessagingResult
from discovery_accounts.services.messaging import Settings as MessageSettings
from discovery_accounts.services.own_cards import OwnCards
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.profiles import Profiles
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.own_shapes import CardKeptHere, CardMessages, MessageView
from discovery_accounts.web.pages.own_views import own_card_id, troubled
from discovery_accounts.web.pages.views import plain_card
from discovery_accounts.web.visit import Visit

_LONGEST_DAYS = 4  # digits


def show(visit: Visit) -> Response:
    card, settings = Messaging(visit.house).read(visit.signed_in, own_card_id(visit))
    return _page(visit, card, settings, None)


def change(visit: Visit) -> Response:
    messaging, card_id = Messaging(visit.house), own_card_id(visit)
    _card, settings = messaging.read(visit.signed_in, card_id)
    choices = tuple(_choice(visit, one) for one in settings if one.offered)
    result = messaging.change(visit.signed_in, card_id, choices)
    if result.done:
        where = visit.url("messages") if visit.form("all") else visit.url("card_messages", card=card_id)
        return visit.redirect(where, f"messaging_{result.code}")
    return _page(visit, result.card, result.settings or settings, result)


def _choice(visit: Visit, setting: MessageSetting) -> MessageChoice:
    """What the form says of one kind; a box without a tick is not sent."""
    kind = setting.kind.value
    ticked = set(visit.request.POST.getall(f"{kind}.channel"))
    days = visit.form(f"{kind}.days_ahead")
    told = days.isascii() and days.isdigit() and len(days) <= _LONGEST_DAYS
    return MessageChoice(
        setting.kind,
        frozenset(one for one in setting.offered if one.value in ticked),
        visit.form(f"{kind}.digest") == "yes" if setting.digest is not None else None,
        int(days) if setting.most_days_ahead is not None and told else None,
    )


def _page(
    visit: Visit, card: AccountCard, settings: MessageSettings, result: MessagingResult | None
) -> Response:
    refused = result.refused if result is not None else ()
    unknown = result is not None and result.code == NOT_ANSWERED
    status = {"status": 422} if refused else {"status": 503, "refused": NOT_ANSWERED} if unknown else {}
    texts = any(Channel.SMS in one.offered for one in settings)
    return form_page(
        visit,
        "card_messages.html",
        None,
        section="cards",
        card=plain_card(visit, card),
        messages=tuple(_view(one, one.kind in refused) for one in settings),
        changeable=any(one.offered for one in settings),
        sms_number=_sms_number(visit, card) if texts else None,
        texts=texts,
        **status,
    )


def show_all(visit: Visit) -> Response:
    """``/messaging``: all of one's own cards, each with a form of its own, as each is saved at its own library; those
    whose library keeps no choices with what we keep; and those whose holder somebody else is."""
    parts = Messaging(visit.house).read_all(visit.signed_in)
    missing = tuple(part for part in parts if part.because is Code.NOT_SUPPORTED)
    own = {part.card.id for part in parts}
    return visit.render(
        "messages.html",
        section="account",
        cards=tuple(_of_card(visit, part.card, part.told) for part in parts if part.told is not None),
        silent=tuple(one for one in troubled(visit, parts) if one.because != Code.NOT_SUPPORTED.value),
        missing=_kept_here(visit, tuple(part.card for part in missing)),
        of_others=tuple(
            plain_card(visit, card) for card in Cards(visit.house).all(visit.signed_in) if card.id not in own
        ),
    )


def _of_card(visit: Visit, card: AccountCard, settings: MessageSettings) -> CardMessages:
    profile = _profile(visit, card)
    return CardMessages(
        plain_card(visit, card),
        tuple(_view(one, False) for one in settings),
        any(one.offered for one in settings),
        profile is not None,
        any(Channel.SMS in one.offered for one in settings),
        _masked_number(profile),
        profile.pickup_alias if profile else None,
    )


def _kept_here(visit: Visit, cards: tuple[AccountCard, ...]) -> tuple[CardKeptHere, ...]:
    """What we keep in a library's place: whether our reminders tell of a card, and how early (rules 8)."""
    if not cards:
        return ()
    reminders = ReminderSettings(visit.house).read(visit.signed_in)
    chosen = {one.card.id: one for one in reminders.cards}
    found = []
    for card in cards:
        profile, choice = _profile(visit, card), chosen[card.id]
        days = choice.days_ahead if reminders.on and reminders.address else None
        found.append(
            CardKeptHere(
                plain_card(visit, card),
                days,
                choice.because.value if choice.because else None,
                profile is not None,
                profile is not None and profile.sms_number is not None,
                _masked_number(profile),
                profile.pickup_alias if profile else None,
            )
        )
    return tuple(found)


def _masked_number(profile: PatronProfile | None) -> str:
    return mask_phone(profile.sms_number) if profile is not None and profile.sms_number else ""


def _view(setting: MessageSetting, refused: bool) -> MessageView:
    most = setting.most_days_ahead
    return MessageView(
        MessageKind(setting.kind).value,
        setting.channels,
        tuple(one for one in Channel if one in setting.offered),
        setting.digest,
        setting.days_ahead,
        tuple(range(most + 1)) if most is not None else (),
        "messages.refused" if refused else None,
    )


def _sms_number(visit: Visit, card: AccountCard) -> str | None:
    """The end of the number that text messages go to; empty where there is none, ``None`` when that is not known."""
    profile = _profile(visit, card)
    if profile is None:
        return None
    return mask_phone(profile.sms_number) if profile.sms_number else ""


def _profile(visit: Visit, card: AccountCard) -> PatronProfile | None:
    if not OwnCards(visit.house).can(card, ReadsProfiles):
        return None
    try:
        return Profiles(visit.house).read(visit.signed_in, card.id).profile
    except Problem:
        return None
