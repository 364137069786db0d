"""One-time codes: read from the mail as a person does, or taken as given where they are not the point."""

import re
from email import message_from_string, policy
from email.message import EmailMessage

from sqlalchemy import update

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import SignedInSession
from tests.factories.portal import Portal


def stepped_up(portal: Portal) -> None:
    """Everybody who is signed in has just given a one-time code."""
    with portal.house.database.writing() as session:
        session.execute(update(SignedInSession).values(stepped_up_at=portal.clock()))


def post_office(portal: Portal) -> list[EmailMessage]:
    """All mail there is, after the job that sends it has run."""
    run_job(portal.house, "send-mail")
    return [message_from_string(mail, policy=policy.default) for mail in portal.mails()]  # type: ignore[misc]


def codes(portal: Portal) -> list[str]:
    """The codes in all mail there is, the newest last."""
    found = [re.search(r"^\d{6}$", mail.get_content(), re.MULTILINE) for mail in post_office(portal)]
    return [match.group() for match in found if match is not None]


def links(portal: Portal) -> list[str]:
    """The paths of the one-time links for signing in, the newest last."""
    text = "\n".join(mail.get_content() for mail in post_office(portal))
    return re.findall(r"https?://[^/\s]+(/sign-in/\S+)", text)


def other_than(code: str) -> str:
    """A code that is wrong."""
    return "000000" if code != "000000" else "111111"
