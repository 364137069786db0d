"""Where one is a patron, and the wish to stay, for programs."""

from datetime import date

from discovery_accounts.domain.retention import Policy
from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Membership
from discovery_accounts.services import events
from discovery_accounts.services.retention.simulation import simulate
from tests.factories.ages import days_pass
from tests.factories.portal import Portal
from tests.factories.retiring import YEARS, retire
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


def test_the_day_is_never_one_on_which_nobody_can_end_yet(portal: Portal) -> None:
    client = portal.signed_in_client("lumme", "no_loans")
    days_pass(portal, YEARS)

    def ends_in() -> int:
        [one] = client.call("GET", "/memberships", status=200).json["memberships"]
        return (date.fromisoformat(one["ends_on"]) - portal.clock().date()).days

    assert ends_in() == 31, "thirty whole days after a notice that is not given yet"
    assert retire(portal)[0] == {"noticed": 1}
    run_job(portal.house, "send-mail")
    assert ends_in() == 31
    days_pass(portal, 20)
    assert ends_in() == 11
    days_pass(portal, 40)
    assert ends_in() == 0


def test_an_end_in_the_year_9999_is_shown_and_stops_nothing(portal: Portal) -> None:
    client = portal.signed_in_client("lumme")
    write(
        portal.house, "UPDATE membership SET kind = 'university', valid_until = '9999-12-31', look_at = since"
    )
    [one] = client.call("GET", "/memberships", status=200).json["memberships"]
    assert one["kept_because"] == "not_yet"
    browser = portal.signed_in_browser("lumme")
    assert browser.get("/account/memberships").status_int == 200
    assert retire(portal) == ({}, {"not_yet": 1})
    assert sum(one.count for one in simulate(portal.house, Policy.UNIVERSITY_ENDED, 12, None).endings) == 0
