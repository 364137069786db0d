"""Tables and nothing else: how rows are stored. What they mean is in ``domain`` and ``services``."""

from discovery_accounts.models.account import Account
from discovery_accounts.models.alert import (
    Alert,
    AlertNews,
    AlertQuery,
    AlertSlot,
    MatchBucket,
    MatchRun,
    QueryMatch,
)
from discovery_accounts.models.audit_seal import AuditMark, EventSeal, PersonKey
from discovery_accounts.models.base import Base
from discovery_accounts.models.card import LibraryCard
from discovery_accounts.models.card_reopening import CardReopening
from discovery_accounts.models.catalogue import CatalogueRecord, HarvestMark
from discovery_accounts.models.credential import Credential
from discovery_accounts.models.departed import DepartedPatron
from discovery_accounts.models.digest import Digest, Reminder
from discovery_accounts.models.email_change import EmailChange
from discovery_accounts.models.email_sign_in import EmailSignIn
from discovery_accounts.models.ending import AccountWarning, Erasure
from discovery_accounts.models.event import Event
from discovery_accounts.models.favourite import FavouriteAct, FavouriteItem, FavouriteList, FavouriteTag
from discovery_accounts.models.feed import Feed
from discovery_accounts.models.holder_code import HolderCode
from discovery_accounts.models.identity import Identity
from discovery_accounts.models.imported_count import ImportedCount
from discovery_accounts.models.invitation import Invitation
from discovery_accounts.models.job import JobLock, JobRun
from discovery_accounts.models.known_browser import KnownBrowser
from discovery_accounts.models.library_check import LibraryCheck
from discovery_accounts.models.link import Link
from discovery_accounts.models.link_letter import LinkLetter
from discovery_accounts.models.login_step import LoginStep
from discovery_accounts.models.maintenance_notice import MaintenanceNotice
from discovery_accounts.models.membership import CardActivity, FeedPatron, Membership
from discovery_accounts.models.outbox import MessageSubject, OutboxMessage
from discovery_accounts.models.pin_recovery import PinRecovery
from discovery_accounts.models.provider_entity import ProviderEntity, ProviderSource
from discovery_accounts.models.replay import Replay
from discovery_accounts.models.review import Review, ReviewReport
from discovery_accounts.models.session import SessionHandle, SessionProof, SignedInSession
from discovery_accounts.models.staff import Passkey, StaffGrant, StaffMember
from discovery_accounts.models.step_up import StepUp
from discovery_accounts.models.throttle import Throttle
from discovery_accounts.models.transfer_consent import TransferConsent

__all__ = [
    "Account",
    "AccountWarning",
    "Alert",
    "AlertNews",
    "AlertQuery",
    "AlertSlot",
    "AuditMark",
    "Base",
    "CardActivity",
    "CardReopening",
    "CatalogueRecord",
    "Credential",
    "DepartedPatron",
    "Digest",
    "EmailChange",
    "EmailSignIn",
    "Erasure",
    "Event",
    "EventSeal",
    "FavouriteAct",
    "FavouriteItem",
    "FavouriteList",
    "FavouriteTag",
    "Feed",
    "FeedPatron",
    "HarvestMark",
    "HolderCode",
    "Identity",
    "ImportedCount",
    "Invitation",
    "JobLock",
    "JobRun",
    "KnownBrowser",
    "LibraryCard",
    "LibraryCheck",
    "Link",
    "LinkLetter",
    "LoginStep",
    "MaintenanceNotice",
    "MatchBucket",
    "MatchRun",
    "Membership",
    "MessageSubject",
    "OutboxMessage",
    "Passkey",
    "PersonKey",
    "PinRecovery",
    "ProviderEntity",
    "ProviderSource",
    "QueryMatch",
    "Reminder",
    "Replay",
    "Review",
    "ReviewReport",
    "SessionHandle",
    "SessionProof",
    "SignedInSession",
    "StaffGrant",
    "StaffMember",
    "StepUp",
    "Throttle",
    "TransferConsent",
]
