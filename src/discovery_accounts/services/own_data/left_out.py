"""Columns with personal data that the archive does not have, each with the reason, which the archive tells. A test
compares this and the register with all tables."""

from collections.abc import Mapping

from discovery_accounts.locale.marking import marked as _

_HASH = _("Hashes, by which something is known again: nobody could read them.")
_USABLE = _("PINs, passwords and keys, which are kept sealed: whoever found them in a file could use them.")
_SHORT = _("Codes, links and sign-ins under way, which are over within minutes.")
_WAITS = _("What a message that waits to be sent tells: it is erased when the message is sent.")
_SORTING = _("What is made of other values that are here, to sort and find them.")
_SHARED = _("Numbers of what many people share, such as the same words of an alert.")
_AGAIN = _("The audit’s second copy of events that are here, sealed so that nobody can change them.")
_OTHERS = _("What is about somebody else.")
_DEVICE = _("Names and public halves of keys on your devices, which tell nothing of you.")
_PUBLIC = _("Which of the notices that everybody reads you wrote as staff.")
_DEPARTED = _("What is kept once an account has ended by time: whoever has an account is not in it.")

LEFT_OUT: Mapping[str, str] = {
    "alert.query_id": _SHARED,
    "alert.slot_id": _SHARED,
    "alert_news.match_id": _SHARED,
    "alert_query.written": _SHARED,
    "card_reopening.card_id": _SHORT,
    "credential.ciphertext": _USABLE,
    "departed_patron.kind": _DEPARTED,
    "departed_patron.last_use": _DEPARTED,
    "departed_patron.noticed_at": _DEPARTED,
    "departed_patron.patron_hash": _DEPARTED,
    "departed_patron.patron_sealed": _DEPARTED,
    "departed_patron.since": _DEPARTED,
    "departed_patron.stay_at": _DEPARTED,
    "departed_patron.valid_until": _DEPARTED,
    "email_sign_in.sealed": _SHORT,
    "event_seal.event_id": _AGAIN,
    "event_seal.sealed": _AGAIN,
    "favourite_item.author_key": _SORTING,
    "favourite_item.title_key": _SORTING,
    "favourite_item.year_key": _SORTING,
    "favourite_tag.key": _SORTING,
    "feed.told": _HASH,
    "feed_patron.content_hash": _HASH,
    "feed_patron.subject_hash": _HASH,
    "holder_code.link_id": _SHORT,
    "library_card.number_lookup": _HASH,
    "link.answer_key": _USABLE,
    "link_letter.link_id": _OTHERS,
    "login_step.sealed": _SHORT,
    "maintenance_notice.member_id": _PUBLIC,
    "message_subject.link_id": _WAITS,
    "message_subject.scopes": _WAITS,
    "outbox_message.address_hash": _HASH,
    "outbox_message.sealed": _WAITS,
    "passkey.credential_id": _DEVICE,
    "passkey.public_key": _DEVICE,
    "person_key.account_id": _USABLE,
    "person_key.wrapped": _USABLE,
    "pin_recovery.card_hash": _HASH,
    "pin_recovery.sealed": _SHORT,
    "session_handle.session_id": _HASH,
    "signed_in_session.provider_sealed": _USABLE,
    "staff_grant.granted_by": _OTHERS,
    "staff_member.password_hash": _USABLE,
    "staff_member.totp_sealed": _USABLE,
    "step_up.session_id": _SHORT,
    "throttle.key": _HASH,
}
"""By ``table.column``."""
