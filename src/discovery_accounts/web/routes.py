"""Every address of ours, in one table: method, path, view, and what its door asks."""

from collections.abc import Callable
from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED

from discovery_accounts.web import health, hooks
from discovery_accounts.web.alert_pages import ALERT_PAGES
from discovery_accounts.web.calls import CALLS
from discovery_accounts.web.cors import preflight
from discovery_accounts.web.entrance import Door
from discovery_accounts.web.family_pages import FAMILY_PAGES
from discovery_accounts.web.favourite_pages import FAVOURITE_PAGES
from discovery_accounts.web.pages import (
    account,
    account_end,
    card_renewal,
    cards,
    consent,
    email_sign_in,
    fees,
    history,
    hold_changes,
    hold_new,
    holds,
    home,
    loans,
    memberships,
    merge_code,
    messaging,
    methods,
    notices,
    offers,
    organisations,
    own_data,
    pin_change,
    pin_recovery,
    privacy,
    profile,
    provider_sign_in,
    reopening,
    second_factor_setup,
    sign_in,
    staff_sign_in,
    step_up,
    suggestions,
)
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.review_pages import REVIEW_PAGES
from discovery_accounts.web.route import (
    API,
    BACK_CHANNEL,
    FROM_LIBRARY,
    FROM_PROVIDER,
    OPEN,
    PAGE,
    PLAIN,
    Route,
    View,
)
from discovery_accounts.web.staff_pages import STAFF_PAGES
from discovery_accounts.web.visit import ROUTES, Visit

__all__ = ["API", "CALLS", "PAGES", "add_routes"]

PAGES = (
    Route("home", "/", {"GET": (home.show, OPEN)}),
    Route("language", "/language", {"POST": (home.change_language, OPEN)}),
    Route("privacy", "/privacy", {"GET": (privacy.show, OPEN)}),
    Route("sign_in", "/sign-in", {"GET": (sign_in.choose, OPEN)}),
    Route("consent", "/sign-in/consent", {"GET": (consent.show, OPEN), "POST": (consent.answer, OPEN)}),
    Route("sign_in_with", "/sign-in/{login}", {"GET": (sign_in.show, OPEN), "POST": (sign_in.sign_in, OPEN)}),
    Route(
        "organisations",
        "/sign-in/{login}/organisations",
        {"GET": (organisations.found_as_json, PLAIN), "POST": (organisations.forget, OPEN)},
    ),
    Route("sign_in_callback", "/sign-in/{login}/callback", {"GET": (provider_sign_in.callback, OPEN)}),
    Route("sign_in_acs", "/sign-in/{login}/acs", {"POST": (provider_sign_in.receive, FROM_PROVIDER)}),
    Route("sign_in_finish", "/sign-in/{login}/finish", {"GET": (provider_sign_in.finish, OPEN)}),
    Route("sign_in_metadata", "/sign-in/{login}/metadata", {"GET": (provider_sign_in.metadata, PLAIN)}),
    Route("sign_in_slo", "/sign-in/{login}/slo", {"GET": (provider_sign_in.logout, OPEN)}),
    Route("signed_out", "/sign-in/{login}/signed-out", {"GET": (provider_sign_in.signed_out, OPEN)}),
    Route(
        "backchannel_logout",
        "/sign-in/{login}/backchannel-logout",
        {"POST": (provider_sign_in.end_sessions, BACK_CHANNEL)},
    ),
    Route(
        "email_code",
        "/sign-in/{login}/code",
        {"GET": (email_sign_in.show_code, OPEN), "POST": (email_sign_in.give_code, OPEN)},
    ),
    Route(
        "email_link",
        "/sign-in/{login}/link/{token}",
        {"GET": (email_sign_in.show_link, OPEN), "POST": (email_sign_in.use_link, OPEN)},
    ),
    Route("step_up", "/account/confirm", {"GET": (step_up.show, PAGE), "POST": (step_up.go_on, PAGE)}),
    Route(
        "reopen",
        "/sign-in/{login}/reopen",
        {"GET": (reopening.show, OPEN), "POST": (reopening.go_on, OPEN)},
    ),
    Route(
        "staff_invitation",
        "/sign-in/{login}/invitation/{token}",
        {
            "GET": (staff_sign_in.show_invitation, OPEN),
            "POST": (staff_sign_in.accept_invitation, OPEN),
        },
    ),
    Route(
        "second_factor",
        "/sign-in/{login}/second-factor",
        {
            "GET": (staff_sign_in.show_second_factor, OPEN),
            "POST": (staff_sign_in.give_second_factor, OPEN),
        },
    ),
    Route(
        "second_factor_new",
        "/sign-in/{login}/second-factor/new",
        {"GET": (second_factor_setup.show, OPEN), "POST": (second_factor_setup.set_up, OPEN)},
    ),
    Route(
        "sign_out", "/sign-out", {"GET": (sign_in.confirm_sign_out, OPEN), "POST": (sign_in.sign_out, OPEN)}
    ),
    Route("cards", "/cards", {"GET": (cards.show_all, PAGE)}),
    Route("card_link", "/cards/link", {"GET": (cards.show_link, PAGE), "POST": (cards.link, PAGE)}),
    Route("card_offers", "/cards/offers", {"GET": (offers.show, PAGE), "POST": (offers.take, PAGE)}),
    Route("card", "/cards/{card}", {"GET": (cards.show_one, PAGE), "POST": (cards.change, PAGE)}),
    Route(
        "card_details",
        "/cards/{card}/details",
        {"GET": (profile.show, PAGE), "POST": (profile.change, PAGE)},
    ),
    Route(
        "card_pin", "/cards/{card}/pin", {"GET": (pin_change.show, PAGE), "POST": (pin_change.change, PAGE)}
    ),
    Route(
        "card_messages",
        "/cards/{card}/messages",
        {"GET": (messaging.show, PAGE), "POST": (messaging.change, PAGE)},
    ),
    Route(
        "card_renewal",
        "/cards/{card}/renewal",
        {"GET": (card_renewal.show, PAGE), "POST": (card_renewal.go_on, PAGE)},
    ),
    Route(
        "recover_pin",
        "/recover-pin",
        {"GET": (pin_recovery.show, OPEN), "POST": (pin_recovery.go_on, OPEN)},
    ),
    Route("messages", "/messaging", {"GET": (messaging.show_all, PAGE)}),
    Route("notices", "/notices", {"GET": (notices.show, PAGE)}),
    Route(
        "suggestions",
        "/suggestions",
        {"GET": (suggestions.show, PAGE), "POST": (suggestions.suggest, PAGE)},
    ),
    Route("mail_bounces", "/hooks/mail-bounces", {"POST": (hooks.hear_mail_bounce, FROM_LIBRARY)}),
    Route("hooks", "/hooks/{library}", {"GET": (hooks.challenge, PLAIN), "POST": (hooks.hear, FROM_LIBRARY)}),
    Route("loans", "/loans", {"GET": (loans.show, PAGE)}),
    Route("renewals", "/loans/renewals", {"GET": (loans.to_loans, PAGE), "POST": (loans.renew, PAGE)}),
    Route("holds", "/holds", {"GET": (holds.show, PAGE)}),
    Route("hold_new", "/holds/new", {"GET": (hold_new.show, PAGE), "POST": (hold_new.place, PAGE)}),
    Route(
        "hold_cancel", "/holds/{hold}/cancel", {"GET": (holds.to_holds, PAGE), "POST": (holds.cancel, PAGE)}
    ),
    Route(
        "hold_resume", "/holds/{hold}/resume", {"GET": (holds.to_holds, PAGE), "POST": (holds.resume, PAGE)}
    ),
    Route(
        "hold_pickup",
        "/holds/{hold}/pickup",
        {"GET": (hold_changes.show_pickup, PAGE), "POST": (hold_changes.change_pickup, PAGE)},
    ),
    Route(
        "hold_suspend",
        "/holds/{hold}/suspend",
        {"GET": (hold_changes.show_suspend, PAGE), "POST": (hold_changes.suspend, PAGE)},
    ),
    Route("fees", "/fees", {"GET": (fees.show, PAGE)}),
    Route("fees_paid", "/fees/paid", {"GET": (fees.show_paid, PAGE)}),
    Route("history", "/history", {"GET": (history.show, PAGE), "POST": (history.change, PAGE)}),
    Route("account", "/account", {"GET": (account.show, PAGE), "POST": (account.save, PAGE)}),
    Route("own_data", "/account/data", {"GET": (own_data.show, PAGE)}),
    Route("own_data_file", "/account/export", {"GET": (own_data.export, PAGE)}),
    Route("memberships", "/account/memberships", {"GET": (memberships.show, PAGE)}),
    Route("membership_stay", "/account/memberships/{membership}/stay", {"POST": (memberships.stay, PAGE)}),
    Route("account_end", "/account/end", {"GET": (account_end.show, PAGE), "POST": (account_end.end, PAGE)}),
    Route("account_ended", "/account/ended", {"GET": (account_end.ended, OPEN)}),
    Route("methods", "/account/methods", {"GET": (methods.show, PAGE)}),
    Route(
        "method_confirm",
        "/account/methods/confirm",
        {"GET": (methods.show_confirm, PAGE), "POST": (methods.confirm, PAGE)},
    ),
    Route(
        "merge_code",
        "/account/methods/confirm/code",
        {"GET": (merge_code.show, PAGE), "POST": (merge_code.go_on, PAGE)},
    ),
    Route(
        "method_add",
        "/account/methods/add/{login}",
        {"GET": (methods.show_add, PAGE), "POST": (methods.add, PAGE)},
    ),
    Route(
        "method_remove",
        "/account/methods/{identity}/remove",
        {"GET": (methods.show_remove, PAGE), "POST": (methods.remove, PAGE)},
    ),
    Route(
        "consent_withdraw",
        "/account/consents/{consent}/withdraw",
        {"GET": (methods.show_withdraw, PAGE), "POST": (methods.withdraw, PAGE)},
    ),
    Route("account_email", "/account/email", {"POST": (account.change_email, PAGE)}),
    Route(
        "email",
        "/account/email/{token}",
        {"GET": (account.show_email, OPEN), "POST": (account.confirm_email, OPEN)},
    ),
    Route(
        "sessions_end_others", "/account/sessions/end-others", {"POST": (account.end_other_sessions, PAGE)}
    ),
    Route("session_end", "/account/sessions/{session}/end", {"POST": (account.end_session, PAGE)}),
    *FAMILY_PAGES,
    *FAVOURITE_PAGES,
    *REVIEW_PAGES,
    *ALERT_PAGES,
    *STAFF_PAGES,
    Route("healthz", "/healthz", {"GET": (health.alive, PLAIN)}),
    Route("readyz", "/readyz", {"GET": (health.ready, PLAIN)}),
    Route("metrics", "/metrics", {"GET": (health.numbers, PLAIN)}),
)


def add_routes(config: Configurator) -> None:
    """Register everything, under the route prefix the host portal chose."""
    for route in (*PAGES, *CALLS):
        name = ROUTES + route.name
        config.add_route(name, route.pattern)
        kind = next(iter(route.views.values()))[1].kind
        for method, (view, door) in route.views.items():
            _add_view(config, view, door, route_name=name, request_method=method)
        other = Door(kind, open_to_all=True, csrf=False)
        _add_view(config, _not_allowed(tuple(route.views)), other, route_name=name)


def _add_view(config: Configurator, view: View, door: Door, **predicates: str) -> None:
    """A view of ours looks after its own door: what a host portal asks of its views by default (a
    permission, its own CSRF token) is not asked of ours, and need not be switched off for it."""
    config.add_view(
        _calling(view), accounts=door, permission=NO_PERMISSION_REQUIRED, require_csrf=False, **predicates
    )


def _calling(view: View) -> Callable[[Any, Request], Response]:
    def called(_context: Any, request: Request) -> Response:
        return view(request.accounts_visit)

    return called


def _not_allowed(methods: tuple[str, ...]) -> View:
    allow = tuple(name for method in methods for name in ((method, "HEAD") if method == "GET" else (method,)))

    def refused(visit: Visit) -> Response:
        allowed = preflight(visit.request, visit.settings.portal_origins)
        if allowed is None:
            raise Refusal(405, "method_not_allowed", allow=allow)
        return allowed

    refused.__doc__ = f"Anything but {', '.join(methods)}."
    return refused
