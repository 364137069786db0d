"""``/account/data``: everything that is stored about oneself on one page, and all of it as a file."""

from collections.abc import Iterator

from pyramid.response import Response

from discovery_accounts.domain.actor import Actor
from discovery_accounts.services.own_cards import OwnCards
from discovery_accounts.services.own_data.export import OwnExport
from discovery_accounts.services.own_data.parts import Reader
from discovery_accounts.services.own_data.register import PARTS
from discovery_accounts.services.own_data.shown import Shown
from discovery_accounts.services.own_data.summary import COUNTED, Section, sections
from discovery_accounts.services.problems import Problem
from discovery_accounts.services.viewers import Viewers
from discovery_accounts.web.own_archive import sent
from discovery_accounts.web.own_data_words import PLACES
from discovery_accounts.web.pages.account import look_views
from discovery_accounts.web.pages.own_data_shapes import SectionView, section_view
from discovery_accounts.web.pages.own_views import to_prove
from discovery_accounts.web.visit import Visit

_HERE = frozenset({"looks", "viewers"})
"""Parts that this page shows in words of its own."""
_EVERYTHING = frozenset(part.name for part in PARTS)


def show(visit: Visit) -> Response:
    """Without their values for somebody of whom we are not sure enough (rules 4.6)."""
    actor = visit.signed_in
    counted = COUNTED | _HERE if actor.sees_all else _EVERYTHING
    found = sections(visit.house, Reader(actor.account_id, actor.session_id), counted=counted)
    return visit.render(
        "own_data.html",
        section="account",
        sections=tuple(_view(visit, one) for one in found),
        viewers=tuple(_viewers(visit, actor)) if actor.sees_all else (),
        looks=look_views(visit) if actor.sees_all else (),
        prove=visit.url("step_up", _query={"return_to": visit.url("own_data")}),
    )


def export(visit: Visit) -> Response:
    """The archive; the page that asks for a code, or to sign in once more, where that is needed."""
    try:
        parts = OwnExport(visit.house).start(visit.signed_in, visit.language)
    except Problem as problem:
        if (asked := to_prove(visit, problem, visit.url("own_data"))) is None:
            raise
        return asked
    return sent(visit, parts)


def _view(visit: Visit, one: Section) -> SectionView:
    place = PLACES.get(one.part.name)
    return section_view(Shown(visit.house, visit.language), one, visit.url(place) if place else None)


def _viewers(visit: Visit, actor: Actor) -> Iterator[tuple[str, tuple[tuple[str, object], ...]]]:
    """By the page of each own card who else has it: the name that they chose, and since when."""
    for card in OwnCards(visit.house).all(actor):
        try:
            seen = Viewers(visit.house).of(actor, card.id).viewers
        except Problem:
            continue
        others = tuple((one.name or "", one.since) for one in seen if not one.mine)
        if others:
            yield visit.url("card_viewers", card=str(card.id)), others
