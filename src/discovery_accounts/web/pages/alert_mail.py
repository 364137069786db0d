"""``/alerts/stop``, ``/alerts/stop-all`` and ``/alerts/keep``: where links in mails lead, without signing in.

What the link opens is a form, because looking must change nothing (checklist A2); only the form acts, or a mail
program on its own (RFC 8058).
"""

from pyramid.response import Response

from discovery_accounts.services.alerts.stopping import About, MailActs
from discovery_accounts.services.problems import Code
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit


def show_stop(visit: Visit) -> Response:
    return _page(visit, "stop", MailActs(visit.house).about(_token(visit)), done=False)


def stop(visit: Visit) -> Response:
    return _page(visit, "stop", MailActs(visit.house).stop(_token(visit)), done=True)


def show_stop_all(visit: Visit) -> Response:
    return _page(visit, "stop_all", MailActs(visit.house).about_all(_token(visit)), done=False)


def stop_all(visit: Visit) -> Response:
    return _page(visit, "stop_all", MailActs(visit.house).stop_all(_token(visit)), done=True)


def show_keep(visit: Visit) -> Response:
    return _page(visit, "keep", MailActs(visit.house).about_keeping(_token(visit)), done=False)


def keep(visit: Visit) -> Response:
    return _page(visit, "keep", MailActs(visit.house).keep(_token(visit)), done=True)


def _token(visit: Visit) -> str:
    token: str = visit.request.matchdict["token"]
    return token


def _page(visit: Visit, act: str, about: About | None, *, done: bool) -> Response:
    if about is None:
        raise Refusal(404, Code.NOT_FOUND)
    response = visit.render("alert_mail.html", section="alerts", act=act, name=about.name, done=done)
    response.headers["Referrer-Policy"] = "no-referrer"  # the address of this page is a secret
    return response
