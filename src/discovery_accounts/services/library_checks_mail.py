"""The mails to IT about a library whose self-test has changed: one a change, to whoever looks after it."""

import uuid
from collections.abc import Iterator

from sqlalchemy.orm import Session

from discovery_accounts.connectors.api import CheckStep
from discovery_accounts.connectors.selftest.advice import ADVICE, TITLES
from discovery_accounts.domain.roles import Role
from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.marking import marked as _
from discovery_accounts.models import Account, StaffMember
from discovery_accounts.services.house import House
from discovery_accounts.services.library_checks_told import Change, News
from discovery_accounts.services.outbox import Letter, write
from discovery_accounts.services.staff import Staff

_SUBJECTS = {
    News.FAILED: _("%(library)s: the self-test fails"),
    News.RECOVERED: _("%(library)s: the self-test is in order again"),
    News.WARNED: _("%(library)s: the self-test warns"),
}
_TEXTS = {
    News.FAILED: _(
        "Hello,\n\n"
        "the self-test of the library %(library)s fails. Patrons may not be able to sign in or to see their loans.\n"
    ),
    News.RECOVERED: _("Hello,\n\nthe self-test of the library %(library)s fails no longer.\n"),
    News.WARNED: _(
        "Hello,\n\nthe self-test of the library %(library)s has a new warning. Patrons notice nothing yet.\n"
    ),
}
_MORE = _("All steps, and a text for the vendor, are on this page:\n\n%(link)s\n")
_CAUSES = _("Common causes: %(causes)s.")
_DO = _("What to do: %(do)s.")
_ASK = _("Whom to ask: %(ask)s.")
_SIGNATURE = _("You can’t answer this message: it was sent by a program.")


def tell_it(session: Session, house: House, library: str, change: Change, *, once: str) -> None:
    """Write to all staff with the role ``it`` for the library, in the caller's transaction. ``once`` is the test
    before this one: what follows it is told once."""
    if change.news is None:
        return
    for member_id, email in _readers(house, library):
        language = _language(session, house, member_id)
        subject, text = _words(house, library, change, language)
        write(
            session,
            house,
            Letter(
                kind=f"library.{change.news}",
                recipient=email,
                subject=subject,
                text=text,
                once=f"library:{change.news}:{once}:{member_id.hex}",
            ),
        )


def _readers(house: House, library: str) -> Iterator[tuple[uuid.UUID, str]]:
    for member in Staff(house).list():
        if any(grant.role is Role.IT and grant.covers(library) for grant in member.live):
            yield member.id, member.email


def _language(session: Session, house: House, member_id: uuid.UUID) -> str:
    member = session.get(StaffMember, member_id)
    account = session.get(Account, member.account_id) if member and member.account_id else None
    return (account.language if account else None) or house.settings.languages[0]


def _words(house: House, library: str, change: Change, language: str) -> tuple[str, str]:
    assert change.news is not None
    say = translations(language).gettext
    settings = house.settings.library(library)
    title = settings.title(language) if settings else library
    parts = [say(_TEXTS[change.news]) % {"library": title}]
    parts += [_told(step, language) for step in change.steps]
    link = f"{house.settings.public_url}/admin/libraries/{library}"
    parts += [say(_MORE) % {"link": link}, f"-- \n{say(_SIGNATURE)}\n"]
    return say(_SUBJECTS[change.news]) % {"library": title}, "\n".join(parts)


def _told(step: CheckStep, language: str) -> str:
    say = translations(language).gettext
    lines = [f"{say(TITLES[step.name])}: {step.found}"]
    if step.cause is not None:
        advice = ADVICE[step.cause]
        lines += [
            say(advice.meaning),
            say(_CAUSES) % {"causes": say(advice.causes)},
            say(_DO) % {"do": say(advice.do)},
            say(_ASK) % {"ask": say(advice.ask)},
        ]
    return "\n  ".join(lines) + "\n"
