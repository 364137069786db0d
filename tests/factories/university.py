"""People of a university who agreed to the transfer, and a feed that tells of them."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from discovery_accounts.domain.person import Person
from discovery_accounts.jobs.runner import run_job
from discovery_accounts.services.job_table import Done
from tests.factories.ages import HELSINKI
from tests.factories.portal import Browser, Portal
from tests.factories.stand_in_provider import StandInProvider, state_of

UNIVERSITY = {
    "logins": "card uni",
    "login__card__kind": "card",
    "login__uni__kind": "outside",
    "login__uni__library": "lumme",
    "login__uni__match_on": "attribute:EPPN",
    "login__uni__make_patrons": "yes",
    "library__lumme__new_patron_category": "HENKILO",
    "library__lumme__new_patron_library": "MAIN",
}
"""Settings of a portal whose login ``uni`` makes patrons."""


def joins(portal: Portal, provider: StandInProvider, subject: str = "ada") -> Browser:
    """Signs in by the university and agrees to the transfer."""
    name = subject.title()
    person = Person(
        f"{subject}@university.example", name, "Lind", None, None, f"{subject}@university.example"
    )
    provider.says(subject=subject, shared_id=f"{subject}@university.example", person=person)
    browser = portal.browser()
    state = state_of(browser.post("/sign-in/uni").headers["Location"])
    browser.get(f"/sign-in/uni/callback?state={state}")
    browser.post("/sign-in/consent", answer="yes")
    return browser


def feed(portal: Portal, *people: dict[str, Any]) -> Path:
    path = portal.folder / "people.jsonl"
    path.write_text("".join(f"{json.dumps(one)}\n" for one in people))
    return path


def run(portal: Portal, job: str, **options: Any) -> Done:
    """What a run did, without what it did not."""
    done = run_job(portal.house, job, **options).done
    return replace(done, did={word: count for word, count in done.did.items() if count})


def sync(portal: Portal, *people: dict[str, Any], **options: Any) -> Done:
    return run(portal, "sync-patrons", only=str(feed(portal, *people)), **options)


def writes(portal: Portal) -> int:
    return sum(
        call.method in {"PUT", "POST", "PATCH"} and "/patrons" in call.path for call in portal.koha.calls
    )


def on(portal: Portal, days: int) -> str:
    """The day so many days from today, where the library is."""
    return (portal.clock().astimezone(HELSINKI).date() + timedelta(days=days)).isoformat()
