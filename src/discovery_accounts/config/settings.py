"""The settings as the rest of the house sees them: frozen, checked, without text to parse."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from discovery_accounts.config.faults import Fault
from discovery_accounts.config.register import Register
from discovery_accounts.config.secret import Secret
from discovery_accounts.config.stage import Stage

LANGUAGES = ("fi", "sv", "en", "nb")

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class RateLimit:
    """So many times within so many seconds."""

    count: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Limits:
    """Refused sign-ins that are let through before waits begin: in a row for a card, the others
    within their window, for one account, one client address and one library. ``cards`` is how many
    cards one account may have."""

    card: int = 5
    account: RateLimit = RateLimit(10, 900)
    address: RateLimit = RateLimit(300, 900)
    library: RateLimit = RateLimit(2000, 900)
    cards: int = 30


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """How long a session lives unused and at most, how long a token of the API lives, and how
    recent a sign-in must be to change how one signs in."""

    idle_minutes: int = 30
    absolute_hours: int = 12
    api_hours: int = 12
    fresh_minutes: int = 5


@dataclass(frozen=True, slots=True)
class Retention:
    """Months from the last sign-in to the end of an account, and the days before it on which the
    person is warned, the earliest warning first; months that events of the audit are kept."""

    account_months: int = 12
    warn_days: tuple[int, ...] = (30, 7)
    audit_months: int = 24


@dataclass(frozen=True, slots=True)
class Insight:
    """``threshold`` is the smallest group of people whose number is shown to staff, ``counts_file`` the CSV file of
    what others counted."""

    threshold: int = 10
    counts_file: Path | None = None


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Where mail goes. ``folder`` belongs to kind ``folder``, the host and what follows to ``smtp``.

    ``starttls`` means that the connection must be upgraded before anything is sent, ``tls`` that
    it is encrypted from its first byte; with neither the mail travels in plain text, which takes
    ``insecure`` or, in development, a server on this machine.
    """

    kind: Literal["folder", "smtp"] = "folder"
    folder: Path | None = None
    host: str = ""
    port: int = 0
    user: str | None = None
    starttls: bool = False
    tls: bool = False
    password: Secret | None = None
    sender: str = "accounts@localhost"
    insecure: bool = False

    @property
    def url(self) -> str:
        """The setting this came from; it never holds a password."""
        if self.kind == "folder":
            return f"folder:{self.folder}"
        user = f"{self.user}@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'smtps' if self.tls else 'smtp'}://{user}{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class TextSettings:
    """How text messages leave: by mail to NUMBER@``domain``, or posted to ``url`` with ``secret``. ``country``
    is the code that numbers on file without one get."""

    kind: Literal["smtp-gateway", "webhook"]
    domain: str = ""
    url: str = field(default="", repr=False)
    secret: Secret | None = None
    country: str | None = None

    @property
    def place(self) -> str:
        """The setting this came from."""
        return self.url or f"smtp-gateway:{self.domain}"


def _title(names: Mapping[str, str], language: str, key: str) -> str:
    return names.get(language) or names.get("") or next(iter(names.values()), key)


@dataclass(frozen=True, slots=True)
class LibrarySettings:
    """One library. ``url`` is without a trailing slash, and empty where the connector needs none.

    ``names`` is by language, the setting ``.name`` itself under ``""``. ``options`` are the
    remaining keys as text, for the connector's own table; hidden in the repr, for secrets are
    among them. Times: ``timeout`` (one call), ``cache_seconds`` and ``breaker_seconds`` in seconds.
    ``lock_after`` is the count of refused PINs at which the library locks a card, if it does.
    ``card_number_pattern`` is for ``fullmatch`` of a number without its spaces and dashes; what does
    not fit is no card number and must not reach the library. ``test_card`` and ``test_pin`` are the
    library's own, for the self-test. ``linking``, ``approval``, ``handover_age`` (years) and ``max_viewers``
    (accounts besides the holder's) are its rules about links to somebody else's card. ``idle_patron_months``,
    ``university_months`` and ``membership_months`` (0: never) are after how long patrons are removed, written to
    ``retire_notice_days`` before. ``verify`` is
    ``KIND:NAME`` of the library that checks the PINs of this one's patrons, where it does not do so itself.
    """

    name: str
    connector: str
    names: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Helsinki"))
    currency: str = "EUR"
    lock_after: int | None = None
    timeout: float = 2.0
    cache_seconds: float = 60.0
    breaker_seconds: float = 20.0
    pin_storage: Literal["encrypted", "none"] = "encrypted"
    pin_reverify_minutes: int = 15
    linking: bool = True
    approval: Literal["never", "adults", "always"] = "never"
    handover_age: int = 15
    max_viewers: int = 10
    idle_patron_months: int = 36
    university_months: int = 12
    membership_months: int = 36
    retire_notice_days: int = 30
    barcode: Literal["code39", "code128", "none"] = "code128"
    insecure: bool = False
    max_in_flight: int = 96
    card_number_pattern: re.Pattern[str] | None = None
    test_card: str | None = field(default=None, repr=False)
    test_pin: Secret | None = None
    verify: str | None = None
    register: Register = field(default_factory=Register)
    options: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def prefix(self) -> str:
        """What the keys of this library begin with."""
        return f"accounts.library.{self.name}."

    @property
    def verifier(self) -> str | None:
        """The key of the library that checks PINs for this one."""
        return self.verify.partition(":")[2] if self.verify else None

    def title(self, language: str) -> str:
        """The library's name for people who read ``language``."""
        return _title(self.names, language, self.name)


@dataclass(frozen=True, slots=True)
class LoginSettings:
    """One way of signing in. ``library`` is the key of the library where patrons are matched (by its field
    ``match_on``) or made (if ``make_patrons``), or ``None``; ``options`` as in :class:`LibrarySettings`."""

    name: str
    kind: str
    names: Mapping[str, str] = field(default_factory=dict)
    library: str | None = None
    match_on: str | None = None
    make_patrons: bool = False
    legal_basis: Literal["consent", "public_task"] = "consent"
    options: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def prefix(self) -> str:
        """What the keys of this login begin with."""
        return f"accounts.login.{self.name}."

    def title(self, language: str) -> str:
        """The login's name for people who read ``language``."""
        return _title(self.names, language, self.name)


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """One source of new items. It is read every ``every_minutes``. Of records that say when they were first indexed
    those of the last ``new_days`` are new; ``baseline``: what it has when it is first read is old otherwise.
    ``options`` as in :class:`LibrarySettings`."""

    name: str
    kind: str
    names: Mapping[str, str] = field(default_factory=dict)
    every_minutes: int = 60
    new_days: int = 30
    baseline: bool = True
    options: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def prefix(self) -> str:
        """What the keys of this source begin with."""
        return f"accounts.source.{self.name}."

    def title(self, language: str) -> str:
        """The source's name for people who read ``language``."""
        return _title(self.names, language, self.name)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything under ``accounts.``.

    ``faulty_libraries`` are left out of ``libraries``: they are shown as not available and stop
    nobody else; ``half_read`` holds them as far as they could be read, so that their connectors can tell
    what is wrong with the other keys. ``warnings`` are sentences for IT about what works but is unwise. Deadlines are
    in seconds; ``check_answers`` is the share (0 to 1) of our API's answers that is validated;
    after ``failed_checks`` failed self-tests of a library in a row its IT is told. ``given`` tells of each key that
    is set where its value is from: ``settings``, or ``env:NAME`` or ``file:PATH`` of a secret. ``record_url`` has
    ``{record_id}`` in it, and maybe ``{source}``. ``faulty_sources`` are left out of ``sources``.
    """

    stage: Stage = "development"
    public_url: str = "http://127.0.0.1:6543"
    database_url: Secret = field(default_factory=lambda: Secret("sqlite:///var/accounts.db"))
    keys: Path = Path("var/keys.json")
    cache_url: Secret = field(default_factory=lambda: Secret("memory:"))
    broker_url: str = ""
    mail: MailSettings = MailSettings(folder=Path("var/mail"))
    texts: TextSettings | None = None
    languages: tuple[str, ...] = LANGUAGES
    portal_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[Network, ...] = ()
    page_deadline: float = 2.5
    act_deadline: float = 15.0
    limits: Limits = Limits()
    session: SessionSettings = SessionSettings()
    retention: Retention = Retention()
    register: Register = field(default_factory=Register)
    insight: Insight = Insight()
    schedule: bool = True
    check_answers: float = 1.0
    failed_checks: int = 2
    record_url: str = ""
    reviews: Literal["shown", "checked", "none"] = "shown"
    alert_ask_months: int = 12
    bounce_secret: Secret | None = None
    bounce_folder: Path | None = None
    libraries: tuple[LibrarySettings, ...] = ()
    verifiers: tuple[LibrarySettings, ...] = ()
    logins: tuple[LoginSettings, ...] = (LoginSettings("card", "card"),)
    sources: tuple[SourceSettings, ...] = ()
    faulty_sources: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict)
    faulty_libraries: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict)
    half_read: tuple[LibrarySettings, ...] = ()
    warnings: tuple[str, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def development(self) -> bool:
        return self.stage == "development"

    def login(self, name: str) -> LoginSettings | None:
        """The login of that key, if there is one."""
        return next((login for login in self.logins if login.name == name), None)

    def verifiers_of(self, library: LibrarySettings) -> tuple[LibrarySettings, ...]:
        """Which library checks the PINs of that one: none or one, listed or not."""
        return tuple(one for one in (*self.libraries, *self.verifiers) if one.name == library.verifier)

    def library(self, name: str) -> LibrarySettings | None:
        """The library of that key, if it is configured without fault."""
        return next((library for library in self.libraries if library.name == name), None)
