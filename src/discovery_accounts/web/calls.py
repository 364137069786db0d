"""Every call of the API, in one table."""

from discovery_accounts.web import feed
from discovery_accounts.web.alert_calls import ALERT_CALLS
from discovery_accounts.web.api import account as api_account
from discovery_accounts.web.api import card_log as api_card_log
from discovery_accounts.web.api import cards as api_cards
from discovery_accounts.web.api import description as api_description
from discovery_accounts.web.api import digital_card as api_digital_card
from discovery_accounts.web.api import feeds as api_feeds
from discovery_accounts.web.api import fees as api_fees
from discovery_accounts.web.api import history as api_history
from discovery_accounts.web.api import holds as api_holds
from discovery_accounts.web.api import invitations as api_invitations
from discovery_accounts.web.api import loans as api_loans
from discovery_accounts.web.api import memberships as api_memberships
from discovery_accounts.web.api import messaging as api_messaging
from discovery_accounts.web.api import offers as api_offers
from discovery_accounts.web.api import own_data as api_own_data
from discovery_accounts.web.api import profile as api_profile
from discovery_accounts.web.api import reminders as api_reminders
from discovery_accounts.web.api import sessions as api_sessions
from discovery_accounts.web.api import step_up as api_step_up
from discovery_accounts.web.api import viewers as api_viewers
from discovery_accounts.web.favourite_calls import FAVOURITE_CALLS
from discovery_accounts.web.review_calls import REVIEW_CALLS
from discovery_accounts.web.route import API, Route, call

CALLS = (
    Route(
        "api_description",
        f"{API}/openapi.json",
        {"GET": (api_description.show, call("showDescription", open_to_all=True))},
    ),
    Route(
        "api_sessions",
        f"{API}/sessions",
        {
            "GET": (api_sessions.list_all, call("listSessions")),
            "POST": (api_sessions.sign_in, call("signInByCard", open_to_all=True)),
        },
    ),
    Route(
        "api_session_current",
        f"{API}/sessions/current",
        {"DELETE": (api_sessions.end_current, call("endCurrentSession"))},
    ),
    Route("api_session", f"{API}/sessions/{{session}}", {"DELETE": (api_sessions.end, call("endSession"))}),
    Route(
        "api_memberships", f"{API}/memberships", {"GET": (api_memberships.list_all, call("listMemberships"))}
    ),
    Route(
        "api_membership_stay",
        f"{API}/memberships/{{membership}}/stay",
        {"POST": (api_memberships.stay, call("stayPatron"))},
    ),
    Route("api_step_up", f"{API}/step-up", {"POST": (api_step_up.ask, call("askStepUp"))}),
    Route(
        "api_step_up_verify",
        f"{API}/step-up/verify",
        {"POST": (api_step_up.verify, call("verifyStepUp"))},
    ),
    Route(
        "api_account",
        f"{API}/account",
        {
            "GET": (api_account.show, call("showAccount")),
            "PATCH": (api_account.change, call("changeAccount")),
            "DELETE": (api_account.end, call("endAccount")),
        },
    ),
    Route(
        "api_account_ending",
        f"{API}/account/ending",
        {"GET": (api_account.show_ending, call("showAccountEnding"))},
    ),
    Route(
        "api_account_export", f"{API}/account/export", {"GET": (api_own_data.export, call("exportAccount"))}
    ),
    Route(
        "api_consents",
        f"{API}/consents",
        {
            "GET": (api_own_data.list_consents, call("listConsents")),
            "POST": (api_own_data.agree, call("giveConsent")),
        },
    ),
    Route(
        "api_consent",
        f"{API}/consents/{{consent}}",
        {"DELETE": (api_own_data.withdraw, call("withdrawConsent"))},
    ),
    Route(
        "api_libraries",
        f"{API}/libraries",
        {"GET": (api_description.libraries, call("listLibraries", open_to_all=True))},
    ),
    Route(
        "api_cards",
        f"{API}/cards",
        {"GET": (api_cards.list_all, call("listCards")), "POST": (api_cards.link, call("linkCard"))},
    ),
    Route(
        "api_barcode",
        f"{API}/cards/{{card}}/barcode",
        {"GET": (api_digital_card.show, call("showBarcode"))},
    ),
    Route("api_offers", f"{API}/cards/offers", {"GET": (api_offers.list_all, call("listOffers"))}),
    Route("api_offer", f"{API}/cards/offers/{{offer}}", {"POST": (api_offers.take, call("takeOffer"))}),
    Route(
        "api_invitations",
        f"{API}/cards/{{card}}/invitations",
        {
            "GET": (api_invitations.list_open, call("listInvitations")),
            "POST": (api_invitations.make, call("invite")),
        },
    ),
    Route(
        "api_invitation",
        f"{API}/cards/{{card}}/invitations/{{code}}",
        {"DELETE": (api_invitations.revoke, call("revokeInvitation"))},
    ),
    Route(
        "api_invitation_accept",
        f"{API}/invitations/{{code}}/accept",
        {"POST": (api_invitations.accept, call("acceptInvitation"))},
    ),
    Route(
        "api_card",
        f"{API}/cards/{{card}}",
        {
            "GET": (api_cards.show, call("showCard")),
            "PATCH": (api_cards.change, call("changeCard")),
            "DELETE": (api_cards.remove, call("removeCard")),
        },
    ),
    Route(
        "api_viewers",
        f"{API}/cards/{{card}}/viewers",
        {
            "GET": (api_viewers.list_all, call("listViewers")),
            "DELETE": (api_viewers.end_all, call("endAllViewers")),
        },
    ),
    Route(
        "api_viewer",
        f"{API}/cards/{{card}}/viewers/{{link}}",
        {
            "PATCH": (api_viewers.change, call("changeViewer")),
            "DELETE": (api_viewers.end, call("endViewer")),
        },
    ),
    Route(
        "api_viewer_approve",
        f"{API}/cards/{{card}}/viewers/{{link}}/approve",
        {"POST": (api_viewers.approve, call("approveViewer"))},
    ),
    Route(
        "api_linking",
        f"{API}/cards/{{card}}/linking",
        {"PUT": (api_viewers.allow_linking, call("allowLinking"))},
    ),
    Route(
        "api_holder",
        f"{API}/cards/{{card}}/holder",
        {"POST": (api_viewers.ask_holder, call("askHolderCode"))},
    ),
    Route(
        "api_holder_verify",
        f"{API}/cards/{{card}}/holder/verify",
        {"POST": (api_viewers.verify_holder, call("verifyHolderCode"))},
    ),
    Route(
        "api_card_log",
        f"{API}/cards/{{card}}/events",
        {"GET": (api_card_log.list_all, call("listCardEvents"))},
    ),
    Route(
        "api_card_details",
        f"{API}/cards/{{card}}/details",
        {
            "GET": (api_profile.show, call("showCardDetails")),
            "PATCH": (api_profile.change, call("changeCardDetails")),
        },
    ),
    Route(
        "api_card_pin",
        f"{API}/cards/{{card}}/pin",
        {"POST": (api_profile.change_pin, call("changeCardPin"))},
    ),
    Route(
        "api_card_renewal",
        f"{API}/cards/{{card}}/renewal",
        {
            "GET": (api_profile.show_renewal, call("showCardRenewal")),
            "POST": (api_profile.renew, call("renewCard")),
        },
    ),
    Route(
        "api_pin_recoveries",
        f"{API}/pin-recoveries",
        {"POST": (api_profile.ask_recovery, call("askPinRecovery", open_to_all=True))},
    ),
    Route(
        "api_pin_recoveries_confirm",
        f"{API}/pin-recoveries/confirm",
        {"POST": (api_profile.recover, call("recoverPin", open_to_all=True))},
    ),
    Route(
        "api_messaging",
        f"{API}/messaging",
        {
            "GET": (api_messaging.show_messaging, call("showMessaging")),
            "PUT": (api_messaging.change_messaging, call("changeMessaging")),
        },
    ),
    Route(
        "api_reminders",
        f"{API}/reminders",
        {
            "GET": (api_reminders.show, call("showReminders")),
            "PUT": (api_reminders.change, call("changeReminders")),
        },
    ),
    Route("api_notices", f"{API}/notices", {"GET": (api_messaging.list_notices, call("listNotices"))}),
    Route(
        "api_suggestions",
        f"{API}/suggestions",
        {
            "GET": (api_messaging.list_suggestions, call("listSuggestions")),
            "POST": (api_messaging.suggest, call("suggestPurchase")),
        },
    ),
    Route("api_loans", f"{API}/loans", {"GET": (api_loans.list_all, call("listLoans"))}),
    Route("api_renewals", f"{API}/loans/renewals", {"POST": (api_loans.renew, call("renewLoans"))}),
    Route(
        "api_loans_calendar",
        f"{API}/loans/calendar.ics",
        {"GET": (feed.show, call("readCalendar", open_to_all=True))},
    ),
    Route(
        "api_feeds",
        f"{API}/feeds",
        {"GET": (api_feeds.list_all, call("listFeeds")), "POST": (api_feeds.make, call("makeFeed"))},
    ),
    Route("api_feed", f"{API}/feeds/{{feed}}", {"DELETE": (api_feeds.revoke, call("revokeFeed"))}),
    Route("api_loan", f"{API}/loans/{{loan}}", {"GET": (api_loans.show, call("showLoan"))}),
    Route(
        "api_holds",
        f"{API}/holds",
        {"GET": (api_holds.list_all, call("listHolds")), "POST": (api_holds.place, call("placeHold"))},
    ),
    Route(
        "api_hold_options",
        f"{API}/holds/options",
        {"GET": (api_holds.show_options, call("showHoldOptions"))},
    ),
    Route(
        "api_hold",
        f"{API}/holds/{{hold}}",
        {"PATCH": (api_holds.change, call("changeHold")), "DELETE": (api_holds.cancel, call("cancelHold"))},
    ),
    Route(
        "api_hold_pickups",
        f"{API}/holds/{{hold}}/pickups",
        {"GET": (api_holds.list_pickups, call("listHoldPickups"))},
    ),
    Route("api_fees", f"{API}/fees", {"GET": (api_fees.list_all, call("listFees"))}),
    Route("api_fees_paid", f"{API}/fees/paid", {"GET": (api_fees.list_paid, call("listPayments"))}),
    Route(
        "api_history",
        f"{API}/history",
        {
            "GET": (api_history.list_all, call("listHistory")),
            "PATCH": (api_history.switch, call("switchHistory")),
            "DELETE": (api_history.delete, call("deleteHistory")),
        },
    ),
    *FAVOURITE_CALLS,
    *REVIEW_CALLS,
    *ALERT_CALLS,
)
