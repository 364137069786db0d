"""Columns with personal data that the archive does not have, each with the reason. A test compares this and the
register with all tables."""

from collections.abc import Mapping

_HASH = "a hash of a secret or of what stands beside it: nobody could read it"
_USABLE = "a secret, sealed: whoever found it in a file could use it"
_SHORT = "a code or link that is over within minutes, of which only a hash is kept"
_NOBODYS = "is not tied to an account; over within minutes"
_SORTING = "made of what stands beside it, for sorting"
_SHARED = "the number of a row that many people share"

LEFT_OUT: Mapping[str, str] = {
    "alert.query_id": _SHARED,
    "alert.slot_id": f"{_SHARED}; frequency, day and hour are told",
    "alert_news.match_id": _SHARED,
    "alert_query.written": "the words of alerts once more, nameless; alerts themselves are told",
    "card_reopening.card_id": _SHORT,
    "credential.ciphertext": "the PIN, sealed: it is never shown again",
    "email_sign_in.sealed": _NOBODYS,
    "event_seal.event_id": "says of an event that is told that nobody changed it",
    "event_seal.sealed": "an event that is told once more, sealed",
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
    "link_letter.link_id": "a letter to the holder of another card, of whose link only a hash is kept",
    "login_step.sealed": _NOBODYS,
    "maintenance_notice.member_id": "a notice that staff wrote for everybody; it is public",
    "message_subject.link_id": "to which card a waiting message belongs; gone when it is sent",
    "message_subject.scopes": "what a waiting message tells of; gone when it is sent",
    "outbox_message.address_hash": _HASH,
    "outbox_message.sealed": "the text of a message that waits, sealed; it may hold a one-time link",
    "passkey.credential_id": "the name of a key on a device, which tells nothing of a person",
    "passkey.public_key": "half of a key pair, which tells nothing of a person",
    "person_key.account_id": "that there is a key for what was sealed about the account",
    "person_key.wrapped": _USABLE,
    "pin_recovery.card_hash": _HASH,
    "pin_recovery.sealed": _NOBODYS,
    "session_handle.session_id": _HASH,
    "signed_in_session.provider_sealed": _USABLE,
    "staff_grant.granted_by": "names somebody else",
    "staff_member.password_hash": _HASH,
    "staff_member.totp_sealed": _USABLE,
    "step_up.session_id": _SHORT,
    "throttle.key": "a keyed hash that is not tied to an account",
}
"""By ``table.column``."""
