"""``/cards/{card}/details``, ``/pin`` and ``/renewal``: the patron's own data, PIN, and the card's time."""

from typing import Any

from pyramid.response import Response

from discovery_accounts.connectors.api import ContactChanges, ContactField, PatronProfile
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.acts import NOT_ANSWERED
from discovery_accounts.services.card_renewal import CardRenewals
from discovery_accounts.services.families import FamilyNames, Relation
from discovery_accounts.services.pin_change import PinChanges
from discovery_accounts.services.pin_recovery import PinRecoveries
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.profiles import REFUSED, OwnProfile, Profiles
from discovery_accounts.web.api.answers import answer, day
from discovery_accounts.web.pages.own_views import own_card_id
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit

NOT_RENEWED = "card_not_renewed"


def show(visit: Visit) -> Response:
    return answer(_own(Profiles(visit.house).read(visit.signed_in, own_card_id(visit))))


def change(visit: Visit) -> Response:
    """All of the fields that are given, or none."""
    changes = ContactChanges(**visit.body)
    result = Profiles(visit.house).change(visit.signed_in, own_card_id(visit), changes)
    if result.code == REFUSED:
        errors = tuple((one.value, REFUSED) for one in result.fields)
        raise Refusal(422, Code.INVALID_VALUE, field=errors[0][0], errors=errors)
    body = {"card": str(result.card.id), "code": result.code, "waiting": [one.value for one in result.fields]}
    return answer(body, 200 if result.done else 202)


def change_pin(visit: Visit) -> Response:
    card_id, new = own_card_id(visit), visit.body["new_pin"]
    code = PinChanges(visit.house).change(
        visit.signed_in, card_id, visit.body["old_pin"], new, new, address=visit.address
    )
    return answer({"card": str(card_id), "code": code}, 202 if code == NOT_ANSWERED else 200)


def ask_recovery(visit: Visit) -> Response:
    """The same answer whether there is such a card or not."""
    body = visit.body
    PinRecoveries(visit.house).ask(body["library"], body["card_number"], visit.language, visit.address)
    return answer({"library": body["library"]}, 202)


def recover(visit: Visit) -> Response:
    body, new = visit.body, visit.body["new_pin"]
    code = PinRecoveries(visit.house).confirm(
        body["library"], body["card_number"], body["code"], new, new, visit.address
    )
    return answer({"library": body["library"], "code": code}, 202 if code == NOT_ANSWERED else 200)


def show_renewal(visit: Visit) -> Response:
    offer = CardRenewals(visit.house).offer(visit.signed_in, own_card_id(visit))
    if offer.terms is None:
        raise Problem(Code.PIN_NEEDED)
    terms = offer.terms
    return answer(
        {
            "card": str(offer.card.id),
            "renewable": terms.renewable,
            "not_renewable_because": terms.because.value if terms.because else None,
            "message": terms.message,
            "expires_at": day(terms.expires_on or offer.card.expires_on),
            "needs_pin": offer.needs_pin,
        }
    )


def renew(visit: Visit) -> Response:
    if visit.body.get("contact_confirmed") is not True:
        raise BadShape("contact_confirmed", "missing")
    result = CardRenewals(visit.house).renew(
        visit.signed_in, own_card_id(visit), visit.body.get("pin"), address=visit.address
    )
    if not result.done and result.code != NOT_ANSWERED:
        raise Refusal(409, NOT_RENEWED, reason=result.code)
    body = {"card": str(result.card.id), "code": result.code, "expires_at": day(result.expires_on)}
    return answer(body, 200 if result.done else 202)


def _own(own: OwnProfile) -> dict[str, Any]:
    return {
        "card": str(own.card.id),
        "masked": own.masked,
        "details": _details(own.profile),
        "editable": [
            {"field": one.value, "how": how.value}
            for one, how in own.profile.editable.items()
            if own.changeable
        ],
        "waiting": [one.value for one in own.profile.waiting],
        "kept_by_organisation": [one.value for one in ContactField if one in own.kept_by_organisation],
        "family": _family(own.family) if own.family is not None and own.family.answered else None,
    }


def _details(profile: PatronProfile) -> dict[str, Any]:
    plain = ("given_names", "family_name", "category", "home_library", *ContactField)
    return {
        **{str(name): getattr(profile, name) for name in plain},
        "birth_date": day(profile.birth_date),
        "expires_at": day(profile.expires_on),
        "messages": None if profile.messages is None else list(profile.messages),
    }


def _family(family: FamilyNames) -> dict[str, Any]:
    def some(relations: tuple[Relation, ...] | None) -> list[dict[str, Any]] | None:
        return (
            None if relations is None else [{"name": one.name, "relation": one.relation} for one in relations]
        )

    return {"guarantors": some(family.guarantors), "guarantees": some(family.guarantees)}
