"""Every call about alerts, in one table."""

from discovery_accounts.web.api import alerts
from discovery_accounts.web.route import API, Route, call

ALERT_CALLS: tuple[Route, ...] = (
    Route(
        "api_alerts",
        f"{API}/alerts",
        {"GET": (alerts.list_all, call("listAlerts")), "POST": (alerts.make, call("makeAlert"))},
    ),
    Route("api_alerts_preview", f"{API}/alerts/preview", {"POST": (alerts.preview, call("previewAlert"))}),
    Route(
        "api_alert",
        f"{API}/alerts/{{alert}}",
        {
            "GET": (alerts.show, call("showAlert")),
            "PATCH": (alerts.change, call("changeAlert")),
            "DELETE": (alerts.remove, call("removeAlert")),
        },
    ),
    Route(
        "api_alert_matches",
        f"{API}/alerts/{{alert}}/matches",
        {"GET": (alerts.matches, call("listAlertMatches"))},
    ),
)
