"""``/cards/{card}/details``: what the library holds of the card's patron, and changing it."""

from typing import Any

from pyramid.response import Response

from discovery_accounts.connectors.api import ContactChanges, ContactField, PatronProfile
from discovery_accounts.domain.access import Action
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.locale.catalogues import AUTONYMS
from discovery_accounts.services.acts import NOT_ANSWERED
from discovery_accounts.services.own_cards import OwnCards
from discovery_accounts.services.problems import Problem
from discovery_accounts.services.profiles import REFUSED, ContactResult, OwnProfile, Profiles
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.own_shapes import ContactView
from discovery_accounts.web.pages.own_views import asked_to_prove, own_card_id
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.views import plain_card
from discovery_accounts.web.visit import Visit

_ORDER = tuple(ContactField)


def show(visit: Visit) -> Response:
    """What the library holds; ``?change=1`` is the form, which needs one more proof."""
    card_id = own_card_id(visit)
    OwnCards(visit.house).check(visit.signed_in, card_id, Action.SEE_OWN_DATA)
    changing = visit.request.GET.get("change") == "1"
    if changing and (asked := asked_to_prove(visit, visit.here)) is not None:
        return asked
    return _page(visit, Profiles(visit.house).read(visit.signed_in, card_id), changing=changing)


def change(visit: Visit) -> Response:
    card_id = own_card_id(visit)
    profiles = Profiles(visit.house)
    OwnCards(visit.house).check(visit.signed_in, card_id, Action.CHANGE_OWN_DATA)
    here = visit.url("card_details", card=card_id)
    if (asked := asked_to_prove(visit, f"{here}?change=1")) is not None:
        return asked
    problem: BadShape | None = None
    try:
        result = profiles.change(visit.signed_in, card_id, _typed(visit))
    except BadShape as shape:
        problem, result = shape, None
    if result is not None and result.done:
        return visit.redirect(here, f"contact_{result.code}")
    own = profiles.read(visit.signed_in, card_id)
    return _page(visit, own, changing=True, problem=problem, result=result)


def _typed(visit: Visit) -> ContactChanges:
    """What the form has; a field that it has not stays as it is."""
    told: dict[str, Any] = {name.value: visit.form(name) for name in _ORDER if name in visit.request.POST}
    if ContactField.SELF_SERVICE_BLOCKED in told:
        told["self_service_blocked"] = told["self_service_blocked"] == "yes"
    return ContactChanges(**told)


def _page(
    visit: Visit,
    own: OwnProfile,
    *,
    changing: bool,
    problem: Problem | BadShape | None = None,
    result: ContactResult | None = None,
) -> Response:
    refused = result.fields if result is not None and result.code == REFUSED else ()
    unknown = result is not None and result.code == NOT_ANSWERED
    status = {"status": 422} if refused else {"status": 503, "refused": NOT_ANSWERED} if unknown else {}
    contacts = tuple(_contact(visit, own, one, problem, one in refused) for one in _ORDER)
    return form_page(
        visit,
        "card_details.html",
        problem,
        section="cards",
        at_field=True,
        card=plain_card(visit, own.card),
        profile=own.profile,
        name=_name(own.profile),
        contacts=tuple(one for one in contacts if one.value is not None or one.how is not None),
        languages=tuple((code, AUTONYMS[code]) for code in visit.settings.languages),
        family=own.family,
        changeable=own.changeable,
        changing=changing and own.changeable,
        **status,
    )


def _name(profile: PatronProfile) -> str | None:
    return " ".join(part for part in (profile.given_names, profile.family_name) if part) or None


def _contact(
    visit: Visit, own: OwnProfile, one: ContactField, problem: Problem | BadShape | None, refused: bool
) -> ContactView:
    value = getattr(own.profile, one.value)
    typed = visit.form(one) if one in visit.request.POST else value
    if isinstance(typed, bool):
        typed = "yes" if typed else "no"
    error = f"{one}.{problem.code}" if problem is not None and problem.field == one else None
    how = own.profile.editable.get(one)
    return ContactView(
        one.value,
        value,
        how.value if how is not None else None,
        one in own.profile.waiting,
        one in own.kept_by_organisation,
        Field(typed or "", f"{one}.refused" if refused else error),
    )
