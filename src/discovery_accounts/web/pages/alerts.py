"""``/alerts``: everything a person wants to hear of when it is new; and how a query is written."""

from pyramid.response import Response

from discovery_accounts.domain.alert_times import Frequency
from discovery_accounts.domain.last_day import last_day_of
from discovery_accounts.locale.language_names import language_name
from discovery_accounts.services.alerts.alerts import Alerts
from discovery_accounts.services.alerts.shapes import AlertInfo
from discovery_accounts.services.record_words import audience_in_words, format_in_words
from discovery_accounts.web.alert_feed import feed_address
from discovery_accounts.web.pages.alert_shapes import AlertView
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    found = Alerts(visit.house).list(visit.signed_in)
    return visit.render(
        "alerts.html",
        section="alerts",
        count=len(found),
        alerts=tuple(alert_view(visit, one) for one in found if not one.masked),
    )


def show_help(visit: Visit) -> Response:
    return visit.render("alert_help.html", section="alerts")


def alert_view(visit: Visit, info: AlertInfo) -> AlertView:
    return AlertView(
        id=str(info.id),
        name=info.name,
        query=info.query,
        filters=tuple((name, named(visit, name, values)) for name, values in info.filters.items()),
        frequency=frequency_code(info),
        by_email=info.by_email,
        by_feed=info.by_feed,
        paused=info.paused,
        paused_until=last_day_of(info.paused_until, visit.zone),
        found=info.found,
        found_at=info.found_at,
        feed=feed_address(visit, info.feed) if info.feed else None,
    )


def frequency_code(info: AlertInfo) -> str:
    """One choice on the page: how often and, for every week, on which day."""
    weekly = info.frequency is Frequency.WEEKLY
    return f"{info.frequency.value}-{info.weekday}" if weekly else info.frequency.value


def named(visit: Visit, filter_name: str, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(title_of(visit, filter_name, value) for value in values)


def title_of(visit: Visit, filter_name: str, value: str) -> str:
    """A library of ours by its name, a language by its name with its code, formats and audiences in words;
    everything else as catalogues write it."""
    if filter_name == "format":
        return format_in_words(value, visit.language)
    if filter_name == "audience":
        return audience_in_words(value, visit.language)
    if filter_name == "languages" and (name := language_name(value, visit.language)):
        return f"{name} ({value})"
    library = visit.house.libraries.get(value) if filter_name == "libraries" else None
    return library.title(visit.language) if library else value
