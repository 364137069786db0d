"""Every page about alerts, in one table."""

from discovery_accounts.web import alert_feed
from discovery_accounts.web.pages import alert_form, alert_found, alert_mail, alerts
from discovery_accounts.web.route import BY_MAIL, OPEN, PAGE, PLAIN, Route

ALERT_PAGES: tuple[Route, ...] = (
    Route("alerts", "/alerts", {"GET": (alerts.show, PAGE)}),
    Route("alert_new", "/alerts/new", {"GET": (alert_form.show_new, PAGE), "POST": (alert_form.make, PAGE)}),
    Route("alert_help", "/alerts/help", {"GET": (alerts.show_help, OPEN)}),
    Route("alert_feed", "/alerts/feed/{token}", {"GET": (alert_feed.show, PLAIN)}),
    Route(
        "alert_stop",
        "/alerts/stop/{token}",
        {"GET": (alert_mail.show_stop, OPEN), "POST": (alert_mail.stop, BY_MAIL)},
    ),
    Route(
        "alert_stop_all",
        "/alerts/stop-all/{token}",
        {"GET": (alert_mail.show_stop_all, OPEN), "POST": (alert_mail.stop_all, BY_MAIL)},
    ),
    Route(
        "alert_keep",
        "/alerts/keep/{token}",
        {"GET": (alert_mail.show_keep, OPEN), "POST": (alert_mail.keep, BY_MAIL)},
    ),
    Route("alert", "/alerts/{alert}", {"GET": (alert_form.show, PAGE), "POST": (alert_form.change, PAGE)}),
    Route("alert_found", "/alerts/{alert}/found", {"GET": (alert_found.show, PAGE)}),
)
