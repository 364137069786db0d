"""Where one is a patron, and the wish to stay, for programs."""

from discovery_accounts.models import Membership
from discovery_accounts.services import events
from tests.factories.portal import Portal
from tests.factories.rows import events as events_of
from tests.factories.rows import rows, write
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE


def test_a_membership_tells_until_when_and_why(portal: Portal) -> None:
    client = portal.signed_in_client("lumme")
    [one] = client.call("GET", "/memberships", status=200).json["memberships"]
    assert (one["library"], one["kind"], one["kept_because"]) == ("lumme", "ordinary", "not_yet")
    assert (one["stay"], one["may_stay"]) == (False, False)
    assert one["ends_on"] is not None


def test_who_wants_to_stay_becomes_an_ordinary_patron_once(portal: Portal) -> None:
    client = portal.signed_in_client("lumme")
    write(portal.house, "UPDATE membership SET kind = 'university', valid_until = '2026-01-31'")
    [one] = client.call("GET", "/memberships", status=200).json["memberships"]
    assert (one["kind"], one["may_stay"], one["policy"]) == ("university", True, "university_ended")
    for _ in range(2):
        stays = client.call("POST", f"/memberships/{one['id']}/stay", status=200).json
        assert (stays["kind"], stays["stay"], stays["may_stay"]) == ("ordinary", True, False)
    assert len(events_of(portal.house, events.MEMBERSHIP_STAYS)) == 1


def test_others_memberships_are_not_there_and_ended_ones_do_not_come_back(portal: Portal) -> None:
    client = portal.signed_in_client("lumme")
    [row] = rows(portal.house, Membership)
    other = portal.signed_in_client("helka")
    assert other.call("POST", f"/memberships/{row.id}/stay").status_int == 404
    assert other.call("POST", "/memberships/x/stay").status_int == 404
    write(portal.house, "UPDATE membership SET ended_at = '2026-01-31 00:00:00'")
    assert client.call("POST", f"/memberships/{row.id}/stay").json["code"] == "not_a_patron"
    [one] = client.call("GET", "/memberships", status=200).json["memberships"]
    assert (one["kept_because"], one["ends_on"]) == (None, None)
