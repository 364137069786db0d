"""``/notices``: what libraries and we have sent to a person, the newest first."""

from datetime import UTC, datetime

from pyramid.response import Response

from discovery_accounts.services.letter_subjects import subject_of
from discovery_accounts.services.notices_sent import NoticesSent
from discovery_accounts.services.problems import Code
from discovery_accounts.web.pages.own_shapes import NoticeView
from discovery_accounts.web.pages.own_views import troubled
from discovery_accounts.web.pages.views import plain_card
from discovery_accounts.web.visit import Visit

_NEVER = datetime.min.replace(tzinfo=UTC)


def show(visit: Visit) -> Response:
    sent = NoticesSent(visit.house).read(visit.signed_in)
    views = [
        NoticeView(
            one.sent_at,
            one.subject,
            one.text,
            one.channel,
            one.delivered is False,
            plain_card(visit, part.card),
        )
        for part in sent.libraries
        for one in part.told or ()
    ]
    views += [
        NoticeView(one.at, subject_of(visit.language, one.kind), None, one.channel, one.state == "failed")
        for one in sent.ours
    ]
    silent = troubled(visit, sent.libraries)
    return visit.render(
        "notices.html",
        section="account",
        notices=tuple(sorted(views, key=lambda view: view.at or _NEVER, reverse=True)),
        silent=tuple(one for one in silent if one.because != Code.NOT_SUPPORTED),
        missing=tuple(one.card for one in silent if one.because == Code.NOT_SUPPORTED),
    )
