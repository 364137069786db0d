"""Reminders: switched on, and the mails that come of them."""

from datetime import datetime, timedelta
from email import message_from_string, policy
from email.message import EmailMessage
from typing import Any

from discovery_accounts.jobs.runner import Report, run_job
from discovery_accounts.models import Digest
from tests.factories.portal import Client, Portal
from tests.factories.rows import rows


def switch_on(client: Client, days: int | None = 30, **more: Any) -> dict[str, Any]:
    """Reminders of all cards, in English; what holds now."""
    client.call("PATCH", "/account", {"language": more.pop("language", "en")}, status=200)
    cards = [{"card": card, "days_ahead": days} for card in by_label(client).values()]
    body = {"on": True, "hour": 7, "cards": cards, **more}
    return dict(client.call("PUT", "/reminders", body, status=200).json)


def by_label(client: Client) -> dict[str, str]:
    """The ids of the cards by the names they have."""
    return {card["label"]: card["id"] for card in client.call("GET", "/cards", status=200).json["cards"]}


def next_at(portal: Portal) -> datetime:
    """When somebody's digest is due next."""
    due: list[datetime] = [row.due_at for row in rows(portal.house, Digest) if row.due_at is not None]
    return min(due)


def wait_for_next(portal: Portal) -> None:
    """The clock goes on until the next digest is due."""
    left = next_at(portal) - portal.clock() + timedelta(minutes=1)
    portal.clock.advance(seconds=max(0.0, left.total_seconds()))


def morning(portal: Portal) -> Report:
    """The next time has come, and the job that sends mail runs."""
    wait_for_next(portal)
    return run_job(portal.house, "send-mail")


def digests(portal: Portal) -> list[EmailMessage]:
    """Those sent so far, the oldest first."""
    files = sorted((portal.folder / "mail").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    mails: list[Any] = [message_from_string(file.read_text(), policy=policy.default) for file in files]
    return [mail for mail in mails if mail["List-Unsubscribe"]]


def text_of(mail: EmailMessage) -> str:
    """What is read where HTML is not."""
    body = mail.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


def stop_path(mail: EmailMessage) -> str:
    """The path of the address by which a mail program unsubscribes."""
    address = str(mail["List-Unsubscribe"]).strip("<>")
    return "/" + address.split("/", 3)[3]
