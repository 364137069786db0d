"""Signing in by user name and password of an organisation's directory (rules 4.2)."""

from collections.abc import Callable, Iterator
from datetime import datetime

from discovery_accounts.login.checks import Step
from discovery_accounts.login.claim import Claim, NoClaim, Why
from discovery_accounts.login.ldap.attributes import Unreadable, all_sent, identifier, person, valid_until
from discovery_accounts.login.ldap.directory import SEVERAL, Directory, Entry, Nobody
from discovery_accounts.login.ldap.self_check import steps
from discovery_accounts.login.ldap.settings import LdapSettings
from discovery_accounts.login.ldap.tls import verifying_context
from discovery_accounts.login.looking_up import LookedUp, UnreadablePerson
from discovery_accounts.login.provider import ProviderFailure

LONGEST_NAME = 256  # characters
LONGEST_PASSWORD = 1024


class LdapLogin:
    """``name`` is the login's in the settings, and the issuer of its claims: one directory, one set of people."""

    def __init__(self, name: str, settings: LdapSettings, now: Callable[[], datetime]) -> None:
        """Raises ``ValueError`` when ``ca_file`` can't be used. Connects to nothing."""
        self._name = name
        self._settings = settings
        self._now = now
        self._directory = Directory(name, settings, verifying_context(settings.ca_file))

    def prove(self, username: str, password: str) -> Claim | NoClaim:
        """Whose name and password these are. What nobody can have never reaches the directory."""
        username = username.strip(" ")
        reason = _reason_to_not_ask(username, password)
        if reason is not None:
            return NoClaim(reason)
        entry = self._directory.find(username)
        if isinstance(entry, Nobody):
            self._directory.refuse_nobody()
            return NoClaim(entry.reason)
        reason = self._directory.refusal(entry, password)
        return NoClaim(reason) if reason is not None else self._claim(entry)

    def look_up(self, subject: str) -> LookedUp | None:
        """Whose account that is, without any password; see ``TellsPeople``."""
        settings = self._settings
        entry = self._directory.find_subject(settings.subject_attribute, subject)
        if isinstance(entry, Nobody):
            if entry.reason == SEVERAL:
                raise UnreadablePerson("several entries")
            return None
        try:
            until = valid_until(entry.attributes, settings.valid_until_attribute)
        except Unreadable:
            raise UnreadablePerson(f"{settings.valid_until_attribute}: no moment") from None
        return LookedUp(person(entry.attributes, settings), until)

    def check(self) -> Iterator[Step]:
        return steps(self._directory, self._settings)

    def _claim(self, entry: Entry) -> Claim | NoClaim:
        """Of somebody whose password was right: what is said here, strangers don't hear."""
        settings, raw = self._settings, entry.attributes
        try:
            until = valid_until(raw, settings.valid_until_attribute)
        except Unreadable:
            raise ProviderFailure("unreadable_attribute", settings.valid_until_attribute or "") from None
        if until is not None and until <= self._now():
            return NoClaim("account_expired", Why.ACCOUNT_CLOSED)
        subject = identifier(raw, settings.subject_attribute)
        if subject is None:
            return NoClaim("no_subject_attribute", Why.ATTRIBUTE_MISSING)
        shared = settings.shared_id_attribute
        return Claim(
            "ldap",
            issuer=self._name,
            subject=subject,
            person=person(raw, settings),
            strength=settings.strength,
            shared_id=identifier(raw, shared) if shared else None,
            attributes=all_sent(raw, settings),
        )


def _reason_to_not_ask(username: str, password: str) -> str | None:
    """A directory may take an empty password for an anonymous bind, and say yes (checklist P1)."""
    if not username or len(username) > LONGEST_NAME or not username.isprintable():
        return "no_user_name"
    # "\0" ends the text for some; invisible characters alone are as good as none; halves of characters are no text
    blank = not any(each.isprintable() and not each.isspace() for each in password)
    if blank or len(password) > LONGEST_PASSWORD or "\0" in password or not _is_text(password):
        return "no_password"
    return None


def _is_text(typed: str) -> bool:
    try:
        typed.encode()
    except UnicodeEncodeError:
        return False
    return True
