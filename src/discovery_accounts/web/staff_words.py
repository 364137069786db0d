"""What the pages for IT say of codes: fields of their forms, reasons of a look, kinds of notices."""

from discovery_accounts.locale.marking import marked as _
from discovery_accounts.services import events
from discovery_accounts.services.audit import AuditReason
from discovery_accounts.services.linking_blocks import BlockReason
from discovery_accounts.services.maintenance import NoticeKind
from discovery_accounts.services.sign_in_diagnosis_findings import Reason

STAFF_FIELD_ERRORS: dict[str, str] = {
    "sure.missing": _("Erase only what the person has asked to have erased."),
    "theirs.missing": _("Go on only if the account is that of the person who is here."),
    "present.missing": _("Look only while the person is here and has shown who they are."),
    "word.unknown": _("Choose a word from the list."),
    "account.bad_format": _("It is not an id. Copy it whole, from a line of the log or of this page."),
    "card.bad_format": _("It is not an id. Copy it whole, from a line of the log or of this page."),
    "begins.bad_format": _("Write day and time like this: 2027-05-31T08:00."),
    "ends.missing": _("Say until when."),
    "ends.bad_format": _("Write day and time like this: 2027-05-31T08:00."),
    "ends.too_early": _("The end must be after the beginning."),
    "ends.past": _("The end is over already."),
    "card_number.nobodys": _("No patron has this number. Was it mistyped, or has the card been replaced?"),
    "card_number.several": _("Several patrons have this number. The library has to put that right first."),
    "card_number.not_known": _("This card is not in use here, and its library can’t be searched by number."),
    "act_reason.missing": _("Choose why you do this."),
    "account_reason.missing": _("Choose why you do this."),
    "rules_library.missing": _("Choose the library."),
    "rules_library.unknown": _("Choose a library from the list."),
    "max_viewers.bad_format": _("Write a number from 0 to 1000, or leave it empty."),
    "handover_age.bad_format": _("Write an age in years from 0 to 100, or leave it empty."),
    "kind.missing": _("Choose one of them."),
    "library.too_many_notices": _("This library has five notices already. End one first."),
    "text_fi.none_given": _("Write the notice in one language at least."),
    **{
        f"text_{language}.{fault}": words
        for language in ("fi", "sv", "en", "nb")
        for fault, words in (
            ("too_long", _("The notice can have at most 500 characters.")),
            ("bad_characters", _("The notice has a character that can’t be shown.")),
        )
    },
}

AUDIT_REASONS: dict[str, str] = {
    AuditReason.ASKED: _("The person asked"),
    AuditReason.FAULT: _("A fault is looked for"),
    AuditReason.MISUSE: _("Misuse is suspected"),
    AuditReason.AUTHORITY: _("An authority asks, as the law provides"),
}

LOOK_REASONS: dict[str, str] = {
    Reason.AT_DESK: _("you were at the desk"),
    Reason.CALLED: _("you called"),
    Reason.WROTE: _("you wrote"),
    Reason.FAULT: _("a fault was looked for"),
    AuditReason.ASKED: _("you asked"),
    AuditReason.MISUSE: _("misuse was suspected"),
    AuditReason.AUTHORITY: _("an authority asked, as the law provides"),
    BlockReason.HOLDER_ASKED: _("you asked"),
    BlockReason.SAFETY: _("for safety"),
    BlockReason.MISTAKE: _("a mistake was put right"),
    BlockReason.SETTLED: _("the reason for it is gone"),
}
"""The same, for the person who was looked at, or whose card or account it was done to."""

BLOCK_REASONS: dict[str, str] = {
    BlockReason.HOLDER_ASKED: _("The card’s holder asked"),
    BlockReason.SAFETY: _("For the safety of a person"),
    BlockReason.MISUSE: _("Misuse is suspected"),
    BlockReason.MISTAKE: _("A mistake is put right"),
    BlockReason.SETTLED: _("The reason for a block is gone"),
}


def _of_data(word: str) -> tuple[str, str]:
    """Done for a library or by the whole portal, it is the account's."""
    return f"{word}.card", f"{word}.account"


STAFF_ACTS: dict[str, str] = {
    f"{events.LINKING_FORBIDDEN}.card": _("Your card can’t be added to other accounts any more."),
    f"{events.LINKING_ALLOWED}.card": _("Your card can be added to other accounts again."),
    f"{events.LINKING_FORBIDDEN}.account": _("This account can’t add cards any more."),
    f"{events.LINKING_ALLOWED}.account": _("This account can add cards again."),
    **dict.fromkeys(_of_data(events.DATA_SHOWN), _("They showed you what is stored about you.")),
    **dict.fromkeys(
        _of_data(events.DATA_HANDED_OVER), _("They gave you a copy of what is stored about you.")
    ),
    **dict.fromkeys(_of_data(events.DATA_CORRECTED), _("They corrected your name or language with you.")),
}

NOTICE_KINDS: dict[str, str] = {
    NoticeKind.INFO: _("Information"),
    NoticeKind.WARNING: _("Warning"),
}
