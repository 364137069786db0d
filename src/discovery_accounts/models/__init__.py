"""Tables and nothing else: how rows are stored. What they mean is in ``domain`` and ``services``."""

from discovery_accounts.models.account import Account
from discovery_accounts.models.base import Base
from discovery_accounts.models.card import LibraryCard
from discovery_accounts.models.card_reopening import CardReopening
from discovery_accounts.models.credential import Credential
from discovery_accounts.models.email_change import EmailChange
from discovery_accounts.models.event import Event
from discovery_accounts.models.identity import Identity
from discovery_accounts.models.job import JobLock, JobRun
from discovery_accounts.models.known_browser import KnownBrowser
from discovery_accounts.models.link import Link
from discovery_accounts.models.outbox import OutboxMessage
from discovery_accounts.models.session import SessionProof, SignedInSession
from discovery_accounts.models.throttle import Throttle

__all__ = [
    "Account",
    "Base",
    "CardReopening",
    "Credential",
    "EmailChange",
    "Event",
    "Identity",
    "JobLock",
    "JobRun",
    "KnownBrowser",
    "LibraryCard",
    "Link",
    "OutboxMessage",
    "SessionProof",
    "SignedInSession",
    "Throttle",
]
