"""What the pages for IT say of codes: fields of their forms, reasons of a look, kinds of notices."""

from discovery_accounts.locale.marking import marked as _
from discovery_accounts.services.audit import AuditReason
from discovery_accounts.services.maintenance import NoticeKind
from discovery_accounts.services.sign_in_diagnosis_findings import Reason

STAFF_FIELD_ERRORS: dict[str, str] = {
    "word.unknown": _("Choose a word from the list."),
    "account.bad_format": _("It is not an id. Copy it whole, from a line of the log or of this page."),
    "card.bad_format": _("It is not an id. Copy it whole, from a line of the log or of this page."),
    "begins.bad_format": _("Write day and time like this: 2027-05-31T08:00."),
    "ends.missing": _("Say until when."),
    "ends.bad_format": _("Write day and time like this: 2027-05-31T08:00."),
    "ends.too_early": _("The end must be after the beginning."),
    "ends.past": _("The end is over already."),
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
}
"""The same, for the person who was looked at."""

NOTICE_KINDS: dict[str, str] = {
    NoticeKind.INFO: _("Information"),
    NoticeKind.WARNING: _("Warning"),
}
