"""Every address of ours: what its door asks, and that nothing changes by looking."""

from discovery_accounts.web.api.document import operations
from discovery_accounts.web.entrance import SAFE_METHODS
from discovery_accounts.web.routes import API, CALLS, PAGES

OPEN_TO_ALL = {
    "home",
    "language",
    "privacy",
    "sign_in",
    "sign_in_with",
    "sign_in_callback",
    "sign_in_acs",
    "sign_in_finish",
    "sign_in_metadata",
    "sign_in_slo",
    "signed_out",
    "backchannel_logout",
    "consent",
    "organisations",
    "sign_out",
    "email",
    "email_code",
    "email_link",
    "reopen",
    "recover_pin",
    "reminders_stop",
    "hooks",
    "mail_bounces",
    "staff_invitation",
    "second_factor",
    "second_factor_new",
    "account_ended",
    "healthz",
    "readyz",
    "metrics",
    "link_letter",
    "public_list",
    "public_list_feed",
    "manifest",
    "service_worker",
    "alert_feed",
    "alert_help",
    "alert_keep",
    "alert_stop",
    "alert_stop_all",
    "api_description",
    "api_libraries",
    "api_rating",
    "api_ratings",
    "api_reviews",
    "reviews_of",
    "api_loans_calendar",
    "api_public_list",
    "api_pin_recoveries",
    "api_pin_recoveries_confirm",
}


def test_only_listed_pages_are_open_to_everybody() -> None:
    open_routes = {
        (route.name, method)
        for route in (*PAGES, *CALLS)
        for method, (_, door) in route.views.items()
        if door.open_to_all
    }
    signing_in = {("api_sessions", "POST")}
    assert {name for name, _ in open_routes - signing_in} == OPEN_TO_ALL


SIGNED_BY_SENDER = {
    "sign_in_acs",
    "backchannel_logout",
    "hooks",
    "mail_bounces",
    "reminders_stop",
    "alert_stop",
    "alert_stop_all",
    "alert_keep",
}
"""What identity providers and libraries post from elsewhere, and mail programs: their signature, or the secret in
the address, is the proof."""


def test_every_change_on_a_page_asks_for_its_token() -> None:
    for route in PAGES:
        for method, (_, door) in route.views.items():
            assert door.csrf or method in SAFE_METHODS or route.name in SIGNED_BY_SENDER, route.name


def test_every_call_is_described_and_every_description_is_a_call() -> None:
    described = {(each.method, API + each.path): each.operation_id for each in operations()}
    routed = {
        (method, route.path): door.operation for route in CALLS for method, (_, door) in route.views.items()
    }
    assert routed == described
