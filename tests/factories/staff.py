"""Members of staff, as the command line makes them and as they sign in at a browser."""

import re
import time
from dataclasses import dataclass, field
from email import message_from_string, policy
from urllib.parse import urlsplit

import pyotp
from bs4 import BeautifulSoup
from click.testing import CliRunner, Result
from webtest import TestResponse

from discovery_accounts.cli import main
from discovery_accounts.services.outbox_sending import Outbox
from tests.factories.portal import Browser, Portal

LOGINS = {
    "languages": "en fi sv nb",
    "logins": "card staff",
    "login__card__kind": "card",
    "login__staff__kind": "password",
    "login__staff__name": "Staff",
}
"""Settings of a portal where staff can sign in."""
PASSWORD = "trombooni hylly saapas"
FAR = "2035-12-31"


@dataclass
class Colleague:
    """``secret`` is of their app; each code is good once, so the clock of the portal goes on between two."""

    portal: Portal
    email: str
    password: str = field(default=PASSWORD, repr=False)
    secret: str = field(default="", repr=False)

    def code(self) -> str:
        """A code of a step that was not used yet."""
        self.portal.clock.advance(seconds=30)
        return self.code_now()

    def code_now(self) -> str:
        return pyotp.TOTP(self.secret).at(self.portal.house.now())

    def give_password(self, browser: Browser, **more: str) -> TestResponse:
        return browser.post("/sign-in/staff", username=self.email, password=self.password, **more)

    def sign_in(self, browser: Browser | None = None, **more: str) -> Browser:
        browser = browser or self.portal.browser()
        assert self.give_password(browser, **more).status_int == 303
        answer = give_code(browser, self.code())
        assert answer.status_int == 303, answer.text
        return browser


def give_code(browser: Browser, code: str) -> TestResponse:
    return browser.post("/sign-in/staff/second-factor", action="code", code=code)


def command(portal: Portal, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--config", portal.ini(), "staff", *arguments])


def add(
    portal: Portal,
    email: str = "ada@library.example",
    role: str = "it",
    library: str | None = None,
    last_day: str = FAR,
    name: str = "Ada",
) -> Result:
    place = ("--library", library) if library else ("--all-libraries",)
    given = ("--name", name, "--email", email, "--role", role, "--last-day", last_day)
    return command(portal, "add", *given, *place, "--granted-by", "Head of IT")


def letters_to(portal: Portal, email: str) -> list[str]:
    """The texts of all mails to somebody, in the order they were sent."""
    Outbox(portal.house).send(portal.house.now(), 50)
    paths = sorted((portal.folder / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    mails = [message_from_string(path.read_text(), policy=policy.default) for path in paths]
    return [str(mail.get_content()) for mail in mails if email in str(mail["To"])]


def link_for(portal: Portal, email: str) -> str:
    """The path of the newest one-time link in a mail to somebody."""
    links = [re.search(r"https?://\S+/invitation/\S+", text) for text in letters_to(portal, email)]
    found = [link.group() for link in links if link]
    assert found, "no link was mailed"
    return urlsplit(found[-1]).path


def secret_on(page: TestResponse) -> str:
    """The key that the page shows for typing into an app."""
    shown = BeautifulSoup(page.text, "html.parser").select_one(".accounts-key")
    assert shown is not None
    return shown.text.replace(" ", "")


def set_up(portal: Portal, email: str = "ada@library.example", password: str = PASSWORD) -> Colleague:
    """Follow the link in the mail: password, then an app. Ends signed out."""
    browser, path = portal.browser(), link_for(portal, email)
    token = browser.csrf(path)
    answer = browser.app.post(path, [("csrf_token", token), ("password", password), ("password", password)])
    assert answer.status_int == 303, answer.text
    colleague = Colleague(portal, email, password)
    colleague.secret = secret_on(browser.get(answer.headers["Location"]))
    answer = browser.post("/sign-in/staff/second-factor/new", action="app", code=colleague.code_now())
    assert answer.status_int == 303, answer.text
    browser.post("/sign-out")
    return colleague


def new_password(colleague: Colleague) -> None:
    """Follow a link once more: a password is set, the second factor stays."""
    browser, path = colleague.portal.browser(), link_for(colleague.portal, colleague.email)
    typed = [("csrf_token", browser.csrf(path)), *[("password", colleague.password)] * 2]
    assert browser.app.post(path, typed).status_int == 303


def colleague(portal: Portal, email: str = "ada@library.example", **grant: str | None) -> Colleague:
    """Somebody with a grant, a password and an app."""
    added = add(portal, email, **grant)  # type: ignore[arg-type]
    assert added.exit_code == 0, added.output
    time.sleep(0.002)  # mails are told apart by when they were written
    return set_up(portal, email)
