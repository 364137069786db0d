"""Young patrons whose card is handed over on a day that a test chooses, and what is told of it."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from discovery_accounts.jobs.runner import Report, run_job
from discovery_accounts.models import Link, SignedInSession
from discovery_accounts.services.letter_subjects import subject_of
from discovery_accounts.simulator.server import SimulatedLibrary
from tests.factories.codes import post_office
from tests.factories.portal import Client, Portal

AGE = 15
HELSINKI = ZoneInfo("Europe/Helsinki")


def simulated(portal: Portal, library: str) -> SimulatedLibrary:
    return portal.koha if library == "lumme" else portal.alma


def years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years, day=min(day.day, 28))


def reaches_age_in(portal: Portal, library: str, days: int, kind: str = "child", age: int = AGE) -> date:
    """The patron is so old that the card is handed over about that many days from now: the day."""
    day = portal.clock().astimezone(HELSINKI).date() + timedelta(days=days)
    born = years_before(day, age)
    patron = portal.patron(library, kind)
    simulated(portal, library).set_birth_date(patron.patron_id, born.isoformat())
    return born.replace(year=born.year + age)


def parent_of(
    portal: Portal, at: str = "helka", kind: str = "good", child_of: str = "lumme", **more: object
) -> Client:
    """A program of somebody whose account has the child's card of the other library, linked by PIN."""
    client = portal.signed_in_client(at, kind)
    client.link(child_of, portal.patron(child_of, "child"), label="Elsa", **more)
    return client


def stay_signed_in(portal: Portal) -> None:
    """After the clock was moved by days: what is left of sessions is not what the test is about."""
    now = portal.clock()
    kept = {"last_seen_at": now, "created_at": now, "proved_at": now, "expires_at": now + timedelta(hours=8)}
    with portal.house.database.writing() as session:
        session.execute(update(SignedInSession).values(**kept))


def days_pass(portal: Portal, days: float) -> None:
    portal.clock.advance(days=days)
    stay_signed_in(portal)


def hand_over(portal: Portal, **options: bool | int) -> Report:
    return run_job(portal.house, "hand-over-cards", **options)  # type: ignore[arg-type]


def told(report: Report) -> tuple[int, int]:
    """Links told of ahead and on the day."""
    return report.done.did["told_ahead"], report.done.did["told_on_the_day"]


def mails_about(portal: Portal, *kinds: str) -> list[tuple[str, str]]:
    """Receiver and text of every mail of these kinds, in whatever language."""
    subjects = {subject_of(language, kind) for language in ("fi", "sv", "en", "nb") for kind in kinds}
    found = [mail for mail in post_office(portal) if str(mail["Subject"]) in subjects]
    return [(str(mail["To"]), str(mail.get_content())) for mail in found]


def card_of(client: Client, library: str) -> dict[str, object]:
    cards = client.call("GET", "/cards", status=200).json["cards"]
    return next(card for card in cards if card["library"] == library)


def state_of(client: Client, library: str = "lumme", refresh: bool = False) -> str:
    """How the card is in a reading of all loans."""
    card = card_of(client, library)["id"]
    cards = client.call("GET", "/loans?refresh=1" if refresh else "/loans", status=200).json["cards"]
    return str(next(one["state"] for one in cards if one["card"] == card))


def sees(client: Client, library: str = "lumme") -> int:
    """How many loans of that library's card the account sees."""
    loans = client.call("GET", "/loans", status=200).json["loans"]
    return sum(loan["library"] == library for loan in loans)


def links_of_others(portal: Portal) -> list[Link]:
    with portal.house.database.reading() as session:
        query = select(Link).where(Link.holder.is_(False)).order_by(Link.since)
        return list(session.scalars(query))


def say_yes(portal: Portal, holder: Client, library: str = "lumme", account: int = 0) -> None:
    """The holder of the card, who has just signed in, agrees to a link of somebody else's."""
    stay_signed_in(portal)
    card, link = card_of(holder, library)["id"], links_of_others(portal)[account].id
    holder.call("POST", f"/cards/{card}/viewers/{link}/approve", {}, status=200)
