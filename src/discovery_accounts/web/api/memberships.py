"""``/memberships``: where the person is a patron, until when and why."""

from typing import Any

from pyramid.response import Response

from discovery_accounts.services.problems import Code
from discovery_accounts.services.retention.memberships import MembershipInfo, Memberships
from discovery_accounts.web.api.answers import answer, day, utc
from discovery_accounts.web.visit import Visit


def list_all(visit: Visit) -> Response:
    return answer({"memberships": [_json(one) for one in Memberships(visit.house).list(visit.signed_in)]})


def stay(visit: Visit) -> Response:
    membership_id = visit.path_id("membership", Code.NOT_FOUND)
    return answer(_json(Memberships(visit.house).stay(visit.signed_in, membership_id)))


def _json(one: MembershipInfo) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "library": one.library,
        "kind": one.kind.value,
        "since": utc(one.since),
        "valid_until": day(one.valid_until),
        "stay": one.stay_at is not None,
        "may_stay": one.may_stay,
        "noticed_at": utc(one.noticed_at),
        "ended_at": utc(one.ended_at),
        "ends_on": day(one.ends_on),
        "policy": one.policy.value if one.policy else None,
        "kept_because": one.because.value if one.because else None,
    }
