"""No code is shown as it is: whatever a column may hold has words, the same as on the pages."""

from enum import StrEnum

import pytest

from discovery_accounts.connectors.api import ContactField
from discovery_accounts.domain.account_ending import Because, Reviews, WarningState
from discovery_accounts.domain.alert_filters import FIELDS
from discovery_accounts.domain.alert_times import Frequency
from discovery_accounts.domain.cards import CredentialState, EndedBy, LinkProof, LinkState, Relation, Scope
from discovery_accounts.domain.digest import News
from discovery_accounts.domain.feed_person import TOLD
from discovery_accounts.domain.retention import Kind, Reason
from discovery_accounts.domain.review import REPORTED, HideReason, ReportReason, ReviewState
from discovery_accounts.domain.roles import Role
from discovery_accounts.domain.standing import BlockCode, Standing
from discovery_accounts.domain.strength import Strength
from discovery_accounts.services import bounces, events, outbox
from discovery_accounts.services.audit import AuditReason
from discovery_accounts.services.endings.protecting import ProtectReason
from discovery_accounts.services.event_words import IN_WORDS
from discovery_accounts.services.favourites.order_words import ORDERS
from discovery_accounts.services.favourites.shapes import ActKind
from discovery_accounts.services.linking_blocks import BlockReason
from discovery_accounts.services.own_data.codes import CODES, FILTERS
from discovery_accounts.services.record_words import AUDIENCES, FORMATS
from discovery_accounts.services.retention.activity import Use
from discovery_accounts.services.sign_in_diagnosis_findings import Reason as LookReason
from discovery_accounts.web.alert_words import FILTERS as FILTERS_OF_ALERTS
from discovery_accounts.web.card_words import BLOCKS, COLOURS, SCOPES
from discovery_accounts.web.membership_words import KEPT
from discovery_accounts.web.own_words import CONTACT_FIELDS
from discovery_accounts.web.review_words import HIDE_REASONS, REPORT_REASONS
from discovery_accounts.web.staff_words import LOOK_REASONS

_MESSAGES = {outbox.WAITING, outbox.SENT, outbox.FAILED, outbox.WITHDRAWN, outbox.UNKNOWN}
HELD: dict[str, set[str]] = {
    "blocks": set(BlockCode),
    "email_paused_because": set(bounces.Because),
    "ended_because": set(Because),
    "ended_by": set(EndedBy),
    "frequency": set(Frequency),
    "kept_because": set(Reason),
    "kind": {*Kind, *Use, *News, *ActKind},
    "locked": set(TOLD),
    "moderated_because": {*HideReason, REPORTED},
    "proof": set(LinkProof),
    "protected_because": set(ProtectReason),
    "reason": {*ReportReason, *AuditReason, *BlockReason, *LookReason, *ProtectReason},
    "relation": set(Relation),
    "reviews_at_end": set(Reviews),
    "role": set(Role),
    "scopes": set(Scope),
    "standing": set(Standing),
    "state": {*LinkState, *CredentialState, *WarningState, *ReviewState, *_MESSAGES},
    "strength": set(Strength),
    "word": set(events.WORDS),
}
"""By the name of a column what may stand in it."""


@pytest.mark.parametrize("name", HELD)
def test_every_code_of_a_column_has_words(name: str) -> None:
    codes = {str(code.value if isinstance(code, StrEnum) else code) for code in HELD[name]}
    assert sorted(codes - CODES[name].keys()) == []


def test_filters_of_alerts_have_words() -> None:
    assert FILTERS.keys() == set(FIELDS)


def test_the_words_are_those_of_the_pages() -> None:

    assert {
        "audience": CODES["audience"],
        "blocks": CODES["blocks"],
        "colour": {int(number): words for number, words in CODES["colour"].items()},
        "format": CODES["format"],
        "kept_because": CODES["kept_because"],
        "moderated_because": CODES["moderated_because"],
        "ordering": CODES["ordering"],
        "scopes": CODES["scopes"],
    } == {
        "audience": AUDIENCES,
        "blocks": BLOCKS,
        "colour": COLOURS,
        "format": FORMATS,
        "kept_because": KEPT,
        "moderated_because": HIDE_REASONS,
        "ordering": ORDERS,
        "scopes": SCOPES,
    }
    assert FILTERS == FILTERS_OF_ALERTS
    assert {**LOOK_REASONS, **REPORT_REASONS}.items() <= CODES["reason"].items()
    assert CONTACT_FIELDS[ContactField.STREET] == CODES["locked"]["street"]


def test_what_others_did_is_never_told_as_what_oneself_did() -> None:
    assert [words for words in IN_WORDS.values() if words.startswith("You ")] == []
