"""What the messages of every subject are about, for naming them long after their text was erased."""

from collections.abc import Mapping

from discovery_accounts.locale.catalogues import translations
from discovery_accounts.services import (
    letters,
    letters_alert_digest,
    letters_alerts,
    letters_digest,
    letters_ending,
    letters_handover,
    letters_links,
    letters_policy,
    letters_retention,
)

_SUBJECTS: Mapping[str, str] = {
    **letters.SUBJECTS,
    **letters_links.SUBJECTS,
    **letters_policy.SUBJECTS,
    **letters_handover.SUBJECTS,
    **letters_digest.SUBJECTS,
    **letters_ending.SUBJECTS,
    **letters_alerts.SUBJECTS,
    **letters_alert_digest.SUBJECTS,
    **letters_retention.SUBJECTS,
}


def subject_of(language: str, kind: str) -> str | None:
    """What a message of that ``Letter.kind`` was about; ``None`` for kinds that are no person's."""
    subject = _SUBJECTS.get(kind)
    return translations(language).gettext(subject) if subject else None
