"""What the page about linking shows of a card, and of rules that were tried out: sentences with the right plurals."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from discovery_accounts.domain.link_rules import Effect
from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.formats import Formats
from discovery_accounts.services.link_policy_outcome import Outcome
from discovery_accounts.services.linking_desk import Sight
from discovery_accounts.web.pages.views import library_title
from discovery_accounts.web.visit import Visit
from discovery_accounts.web.words import Words


@dataclass(frozen=True, slots=True)
class SightView:
    """A card that staff looked up. ``scopes``: what links may do, each with a count in words. ``ticket`` lets what
    follows be done to it; ``account`` whether its account can be blocked by who looks, ``account_blocked`` if it is."""

    library: str
    last4: str
    blocked: bool
    lines: tuple[str, ...]
    scopes: tuple[tuple[str, str], ...]
    links: int
    ticket: str = field(repr=False)
    account: bool = False
    account_blocked: bool = False
    done: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """Rules that were tried out. ``commands`` are what IT types: to count again, and to do it."""

    library: str
    lines: tuple[str, ...]
    touches: bool
    commands: tuple[str, ...]


def sight_view(
    visit: Visit, sight: Sight, ticket: str, *, may_block_account: bool, done: str = ""
) -> SightView:
    words = Words(visit.language)
    return SightView(
        library_title(visit, sight.library),
        sight.last4,
        sight.blocked_at is not None,
        tuple(_sight_lines(visit, sight)),
        tuple((words.scope(scope), _accounts(visit, count)) for scope, count in sight.scopes.items()),
        sight.links + sight.waiting,
        ticket,
        may_block_account,
        sight.account_blocked,
        done,
    )


def _sight_lines(visit: Visit, sight: Sight) -> Iterator[str]:
    found = translations(visit.language)
    _, ngettext = found.gettext, found.ngettext
    settings = visit.settings.library(sight.library)
    formats = Formats(visit.language, settings.timezone if settings else visit.zone, visit.now)
    if sight.blocked_at is not None:
        yield _("Staff blocked it: %(time)s. Nobody can link it.") % {
            "time": formats.moment(sight.blocked_at)
        }
    elif sight.refused_at is not None:
        yield _("Its holder lets nobody link it: %(time)s.") % {"time": formats.moment(sight.refused_at)}
    elif settings is not None and not settings.linking:
        yield _("The library’s rules let nobody link its cards.")
    else:
        yield _("Whoever the holder lets, or who knows the PIN, can link it.")
    if not sight.held:
        yield _("Its holder has not signed in here.")
    yield ngettext(
        "%(count)s account of somebody else sees it.",
        "%(count)s accounts of other people see it.",
        sight.links,
    ) % {"count": sight.links}
    if sight.waiting:
        yield ngettext(
            "%(count)s account waits for the holder’s yes.",
            "%(count)s accounts wait for the holder’s yes.",
            sight.waiting,
        ) % {"count": sight.waiting}


def _accounts(visit: Visit, count: int) -> str:
    ngettext = translations(visit.language).ngettext
    return ngettext("%(count)s account", "%(count)s accounts", count) % {"count": count}


def outcome_view(visit: Visit, outcome: Outcome) -> OutcomeView:
    return OutcomeView(
        library_title(visit, outcome.library),
        tuple(_outcome_lines(visit, outcome)),
        any(touched.links for touched in outcome.by_effect.values()),
        tuple(_commands(outcome)),
    )


def _outcome_lines(visit: Visit, outcome: Outcome) -> Iterator[str]:
    found = translations(visit.language)
    _, ngettext = found.gettext, found.ngettext
    if not outcome.links:
        yield _("There are no links to other people’s cards of this library.")
        return
    if not any(touched.links for touched in outcome.by_effect.values()):
        yield ngettext(
            "There is %(count)s link to somebody else’s card, and it stays as it is.",
            "There are %(count)s links to other people’s cards, and all stay as they are.",
            outcome.links,
        ) % {"count": outcome.links}
    yield from _touched_lines(visit, outcome)
    if outcome.unknown_cards:
        yield ngettext(
            "Of %(count)s card it can’t be said when it is handed over: the library tells no date of birth, or the "
            "patron was old enough when first seen.",
            "Of %(count)s cards it can’t be said when they are handed over: the library tells no date of birth, or "
            "the patrons were old enough when first seen.",
            outcome.unknown_cards,
        ) % {"count": outcome.unknown_cards}


def _touched_lines(visit: Visit, outcome: Outcome) -> Iterator[str]:
    """One for each thing that would happen to some links."""
    ngettext = translations(visit.language).ngettext
    ends, waits, young = (outcome.by_effect[one] for one in (Effect.ENDS, Effect.WAITS, Effect.HANDED_OVER))
    for touched, text in (
        (ends, ngettext("This ends %(count)s link", "This ends %(count)s links", ends.links)),
        (
            waits,
            ngettext(
                "%(count)s link would wait for its holder’s yes",
                "%(count)s links would wait for their holders’ yes",
                waits.links,
            ),
        ),
        (
            young,
            ngettext(
                "%(count)s link would be handed over to a young holder and wait for their yes",
                "%(count)s links would be handed over to young holders and wait for their yes",
                young.links,
            ),
        ),
    ):
        if touched.links:
            links = text % {"count": touched.links}
            yield f"{links} ({_accounts(visit, touched.accounts)})."


def _commands(outcome: Outcome) -> Iterator[str]:
    given = outcome.rules.given()
    for name, value in given.items():
        word = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
        yield f"accounts.library.{outcome.library}.{name} = {word}"
    options = " ".join(
        f"--{name.replace('_', '-')} {('yes' if value else 'no') if isinstance(value, bool) else value}"
        for name, value in given.items()
    )
    yield f"discovery-accounts links policy --library {outcome.library} {options} --apply"
