"""The register of parts: which tables hold something about a person, and what of it is told, in the order in which
people read it. A test walks all tables: a column with personal data is here or in ``left_out``.

Two things are told with care. Of other people's cards only the own link is told, never their record. A link that a
card's holder has ended is not, for they may end it in silence (rules 3.4).
"""

from sqlalchemy import select

from discovery_accounts.locale.marking import marked as _
from discovery_accounts.services.own_data.parts import (
    More,
    Part,
    beside,
    both,
    columns,
    held,
    mine,
    of,
    table,
)
from discovery_accounts.services.own_data.whose import (
    by_others,
    ended_openly,
    looked_at,
    of_others,
    own_acts,
    own_number_end,
    still_proved,
    told_links,
)


def _detail(name: str) -> More:
    return lambda rows: rows.c.detail[name].as_string()


_EVENT = {"reason": _detail("reason")}
_LABEL = {"label": beside("link", "label", "link_id")}
_LIBRARY = {"library": beside("library_card", "library", "card_id")}
_CARD = {**_LIBRARY, "number_last4": own_number_end()}

_ACCOUNT = Part(
    "account",
    "account",
    _("Your account"),
    mine("id"),
    columns(
        "id name email email_source email_verified_at email_paused_at email_paused_because "
        "language created_at last_sign_in_at linking_blocked_at protected_at protected_because "
        "ended_at ended_because reviews_at_end"
    ),
    ("id",),
    one=True,
)

_ENTRANCE = (
    Part(
        "identities",
        "identity",
        _("Ways to sign in"),
        mine(),
        columns("id login login_name issuer subject shown_as staff_member_id created_at last_used_at"),
    ),
    Part(
        "consents",
        "transfer_consent",
        _("Data from your organisation"),
        mine(),
        columns(
            "id identity_id login_name organisation library legal_basis text_version fields "
            "given_at withdrawn_at"
        ),
    ),
    Part(
        "sessions",
        "signed_in_session",
        _("Where you are signed in"),
        mine(),
        columns(
            "id kind browser login login_name issuer identity_id strength created_at proved_at "
            "stepped_up_at last_seen_at expires_at"
        ),
    ),
    Part(
        "pins_given",
        "session_proof",
        _("PINs that you gave while you were signed in"),
        of("session_id", "signed_in_session"),
        ("session_id", "link_id", "proved_at"),
        ("session_id",),
        more=_LABEL,
    ),
    Part(
        "email_changes",
        "email_change",
        _("An address that waits for its link"),
        mine(),
        ("address", "expires_at"),
    ),
)

_CARDS = (
    Part(
        "cards",
        "library_card",
        _("Your own cards"),
        held("id"),
        columns(
            "id library patron_id number_sealed standing blocks expires_on read_at "
            "gone_at hands_over_at handover_age linking_refused_at linking_blocked_at created_at"
        ),
        ("id", "number_last4"),
        {"number_last4": own_number_end("id")},
        guarded=columns("number_sealed standing blocks expires_on"),
        open_where=still_proved,
    ),
    Part(
        "links",
        "link",
        _("Cards in your account"),
        both(mine(), told_links),
        columns(
            "id card_id number_last4 label relation holder scopes state proof since until ended_at "
            "ended_by last_used_at confirmed_at told_at colour days_ahead mail_due_at looked"
        ),
        more=_LIBRARY,
        guarded=("ended_at", "ended_by"),
        open_where=ended_openly,
    ),
    Part(
        "pins",
        "credential",
        _("Whether a PIN is kept"),
        of("link_id", "link"),
        ("link_id", "state", "checked_at"),
        ("link_id",),
        more=_LABEL,
    ),
    Part(
        "viewers",
        "link",
        _("Who else has your card"),
        both(held(), of_others),
        ("id", "card_id", "relation", "scopes", "state", "since", "until", "last_used_at"),
        more=_CARD,
    ),
    Part(
        "invitations",
        "invitation",
        _("Invitations that you made"),
        mine(),
        ("id", "card_id", "scopes", "until", "created_at", "expires_at", "used_at"),
        more=_CARD,
    ),
    Part(
        "known_browsers",
        "known_browser",
        _("Browsers that know your card"),
        held(),
        ("id", "card_id", "last_used_at"),
        ("card_id",),
        more=_CARD,
    ),
)

_PATRON = (
    Part(
        "memberships",
        "membership",
        _("Libraries where you are a patron"),
        mine(),
        columns("id library kind since valid_until stay_at noticed_at kept_because ended_at"),
    ),
    Part(
        "card_uses",
        "card_activity",
        _("When your cards were last used"),
        held(),
        ("card_id", "kind", "last_at"),
        ("card_id",),
        more=_CARD,
    ),
    Part(
        "university_data",
        "feed_patron",
        _("What your university tells the library"),
        of("identity_id", "identity"),
        ("id", "identity_id", "library", "login_name", "valid_until", "seen_at", "locked"),
        ("identity_id",),
    ),
)

_MESSAGES = (
    Part(
        "warnings",
        "account_warning",
        _("Warnings that your account ends"),
        mine(),
        ("id", "for_sign_in_at", "days", "at", "state", "settled_at", "message_id"),
    ),
    Part(
        "reminder_settings",
        "digest",
        _("Reminders"),
        mine(),
        ("wanted", "hour", "quiet_from", "quiet_until", "timezone", "titles"),
    ),
    Part(
        "reminders",
        "reminder",
        _("What reminders told of"),
        of("link_id", "link"),
        ("id", "link_id", "kind", "told_at"),
        ("link_id",),
        more=_LABEL,
    ),
    Part(
        "messages",
        "outbox_message",
        _("Messages that we sent"),
        mine(),
        ("id", "kind", "channel", "state", "created_at", "sent_at", "bounced_at"),
    ),
    Part(
        "calendars",
        "feed",
        _("Calendars"),
        mine(),
        ("id", "link_id", "language", "created_at", "last_read_at"),
    ),
)

_READING = (
    Part(
        "alerts",
        "alert",
        _("Alerts"),
        mine(),
        columns(
            "id name query filters language by_email by_feed created_at since changed_at paused_at "
            "paused_until opened_at asked_at"
        ),
        more={
            name: beside("alert_slot", name, "slot_id")
            for name in ("frequency", "weekday", "hour", "timezone")
        },
    ),
    Part(
        "alert_news",
        "alert_news",
        _("What alerts found, and when"),
        of("alert_id", "alert"),
        ("alert_id", "at", "told_at"),
        ("alert_id",),
    ),
    Part(
        "lists",
        "favourite_list",
        _("Favourites: your lists"),
        mine(),
        columns("id name description public public_id ordering created_at changed_at removed_at"),
    ),
    Part(
        "list_items",
        "favourite_item",
        _("Favourites: what is in your lists"),
        of("list_id", "favourite_list"),
        columns(
            "id list_id source record_id title author year format cover_url note position added_at "
            "changed_at removed_at from_list_id from_position"
        ),
        ("list_id",),
    ),
    Part(
        "list_tags",
        "favourite_tag",
        _("Favourites: your tags"),
        lambda rows: rows.c.item_id.in_(
            select(table("favourite_item").c.id).where(
                of("list_id", "favourite_list")(table("favourite_item"))
            )
        ),
        ("item_id", "tag"),
        ("item_id",),
    ),
    Part(
        "list_acts",
        "favourite_act",
        _("Favourites: what can be undone"),
        mine(),
        ("id", "kind", "items", "at"),
    ),
    Part(
        "reviews",
        "review",
        _("Reviews and stars"),
        mine(),
        columns(
            "id source record_id title stars text signed state created_at changed_at moderated_at "
            "moderated_because"
        ),
    ),
    Part(
        "review_reports",
        "review_report",
        _("Reviews that you reported"),
        mine(),
        ("id", "reason", "message", "created_at", "closed_at"),
    ),
)

_WORK = (
    Part(
        "staff",
        "staff_member",
        _("You as staff"),
        mine(),
        ("id", "name", "email", "created_at", "password_changed_at", "totp_confirmed_at"),
    ),
    Part(
        "staff_grants",
        "staff_grant",
        _("What you may do as staff"),
        of("member_id", "staff_member"),
        ("id", "library", "role", "last_day", "created_at", "ended_at"),
        ("member_id",),
    ),
    Part(
        "staff_keys",
        "passkey",
        _("Keys with which you sign in as staff"),
        of("member_id", "staff_member"),
        ("id", "label", "created_at", "last_used_at"),
        ("member_id",),
    ),
)

_WRITTEN_DOWN = (
    Part(
        "looks",
        "event",
        _("When staff looked"),
        looked_at,
        ("id", "at", "word", "library", "card_id"),
        ("account_id", "card_id"),
        _EVENT,
    ),
    Part(
        "card_events",
        "event",
        _("What others did with your cards"),
        by_others,
        ("id", "at", "word", "library", "card_id"),
        ("account_id", "card_id"),
        _EVENT,
    ),
    Part(
        "events",
        "event",
        _("What you did here"),
        own_acts,
        ("id", "at", "word", "library", "card_id"),
        ("account_id", "card_id"),
        _EVENT,
    ),
)

PARTS: tuple[Part, ...] = (
    _ACCOUNT,
    *_ENTRANCE,
    *_CARDS,
    *_PATRON,
    *_MESSAGES,
    *_READING,
    *_WORK,
    *_WRITTEN_DOWN,
)


def covered() -> frozenset[str]:
    """Every ``table.column`` that some part tells, or by which its rows are found."""
    return frozenset(f"{part.table_name}.{name}" for part in PARTS for name in (*part.fields, *part.tie))
