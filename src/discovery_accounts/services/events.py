"""What is written down of what happened, in the transaction of what happened (rules 3.7, 9.4)."""

import logging
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from discovery_accounts.connectors.api import WrongPatron
from discovery_accounts.models import Event
from discovery_accounts.services.house import House
from discovery_accounts.telemetry.log import event as log_event

log = logging.getLogger(__name__)

ACCOUNT_MADE = "account.made"
ACCOUNT_ENDED = "account.ended"
ACCOUNT_RESTORED = "account.restored"
ACCOUNT_ERASED = "account.erased"
ACCOUNT_PROTECTED = "account.protected"
ACCOUNT_UNPROTECTED = "account.unprotected"
SIGNED_IN = "sign_in.accepted"
SIGN_IN_REFUSED = "sign_in.refused"
SIGNED_OUT = "session.ended"
SIGN_OUT_REFUSED = "sign_out.refused"
PROVIDER_FAILED = "provider.failed"
CONSENT_GIVEN = "consent.given"
CONSENT_REFUSED = "consent.refused"
CONSENT_WITHDRAWN = "consent.withdrawn"
TRANSFERRED = "patron.transferred"
IDENTITY_ADDED = "identity.added"
IDENTITY_REMOVED = "identity.removed"
ACCOUNTS_MERGED = "accounts.merged"
LIMIT_REACHED = "limit.reached"
LINKED = "link.made"
LINK_REFUSED = "link.refused"
UNLINKED = "link.ended"
LINK_APPROVED = "link.approved"
LINK_CHANGED = "link.changed"
LINK_LOOKED = "link.looked"
LINK_TOLD = "link.handover_told"
LINK_PAUSED = "link.paused"
LINK_RULES_APPLIED = "linking.rules_applied"
LINKING_FORBIDDEN = "linking.forbidden"
LINKING_ALLOWED = "linking.allowed"
INVITED = "invitation.made"
INVITATION_TAKEN = "invitation.taken"
INVITATION_REVOKED = "invitation.revoked"
HOLDER_PROVED = "card.holder_proved"
FEED_MADE = "feed.made"
FEED_REVOKED = "feed.revoked"
BARCODE_SHOWN = "card.barcode_shown"
REMINDERS_CHANGED = "reminders.changed"
ALERT_REMOVED = "alert.removed"
ALERT_MAILS_ENDED = "alert.mails_ended"
LINK_RENAMED = "link.renamed"
PIN_ACCEPTED = "pin.accepted"
PIN_REFUSED = "pin.refused"
PIN_CHANGED = "pin.changed"
CARD_RENUMBERED = "card.renumbered"
CARD_REOPENED = "card.reopened"
CARD_GONE = "card.gone"
WRONG_PATRON = "library.answered_for_another_patron"
LOANS_RENEWED = "loans.renewed"
HOLD_PLACED = "hold.placed"
HOLD_CHANGED = "hold.changed"
HOLD_CANCELLED = "hold.cancelled"
HISTORY_SWITCHED = "history.switched"
HISTORY_DELETED = "history.deleted"
CONTACT_CHANGED = "contact.changed"
PIN_SET = "pin.set"
PIN_RECOVERY_ASKED = "pin.recovery_asked"
PIN_RECOVERED = "pin.recovered"
MESSAGING_CHANGED = "messaging.changed"
SUGGESTED = "suggestion.made"
CARD_TIME_RENEWED = "card.time_renewed"
NEWS_HEARD = "news.heard"
NEWS_REFUSED = "news.refused"
SIGN_IN_CODE_ASKED = "sign_in.code_asked"
STEP_UP_ASKED = "step_up.asked"
STEPPED_UP = "step_up.accepted"
STEP_UP_REFUSED = "step_up.refused"
EMAIL_CHANGE_ASKED = "email.change_asked"
DATA_EXPORTED = "data.exported"
DATA_SHOWN = "data.shown_by_staff"
DATA_HANDED_OVER = "data.handed_over"
DATA_CORRECTED = "data.corrected_by_staff"
EMAIL_CHANGED = "email.changed"
EMAIL_PAUSED = "email.paused"
STAFF_GRANTED = "staff.granted"
STAFF_ENDED = "staff.ended"
STAFF_INVITED = "staff.invited"
STAFF_SET_UP = "staff.password_set"
STAFF_LOOKED = "staff.looked"
STAFF_SIGNED_IN = "staff.signed_in"
STAFF_FACTORS_FORGOTTEN = "staff.second_factors_forgotten"
AUDIT_EXPORTED = "audit.exported"
MEMBERSHIP_NOTICED = "membership.noticed"
MEMBERSHIP_RENEWED = "membership.renewed"
MEMBERSHIP_STAYS = "membership.stays"
MEMBERSHIP_ENDED = "membership.ended"
PATRON_SYNCED = "patron.synced"
NOTICE_POSTED = "notice.posted"
NOTICE_ENDED = "notice.ended"
REVIEW_HELD_BACK = "review.held_back"
REVIEW_HIDDEN = "review.hidden"
REVIEW_SHOWN = "review.shown"
SECOND_FACTOR_ADDED = "staff.second_factor_added"
SECOND_FACTOR_REMOVED = "staff.second_factor_removed"

WORDS = tuple(sorted(value for name, value in globals().items() if name.isupper() and isinstance(value, str)))
"""All of them, to choose from in a search."""


def record(
    session: Session,
    word: str,
    at: datetime,
    *,
    library: str | None = None,
    account_id: uuid.UUID | None = None,
    card_id: uuid.UUID | None = None,
    **detail: Any,
) -> None:
    """Write one event. ``detail`` holds codes and counts; never a number, a PIN, a name or a title."""
    session.add(
        Event(
            word=word, at=at, library=library, account_id=account_id, card_id=card_id, detail=detail or None
        )
    )
    log_event(log, word, library=library, account=account_id, card=card_id, **detail)


def report_if_wrong_patron(
    house: House,
    error: object,
    *,
    library: str,
    account_id: uuid.UUID | None = None,
    card_id: uuid.UUID | None = None,
) -> None:
    """Write down, in a transaction of its own, that a library answered for somebody else, if ``error`` says so."""
    if isinstance(error, WrongPatron):
        with house.database.writing() as session:
            record(
                session, WRONG_PATRON, house.now(), library=library, account_id=account_id, card_id=card_id
            )
