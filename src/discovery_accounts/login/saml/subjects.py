"""Who somebody is: the permanent word of their identity provider for them (checklist L2, L3)."""

import hashlib
import hmac

from discovery_accounts.config.secret import Secret
from discovery_accounts.login.claim import Why
from discovery_accounts.login.saml.attributes import PERSISTENT, Attributes
from discovery_accounts.login.saml.name_id import NameId
from discovery_accounts.login.saml.namespaces import NAMEID_PERSISTENT
from discovery_accounts.login.saml.refused import Refused

_LONGEST = 255
"""Characters of a subject; longer ones are refused, for they could not be told apart."""


def subject_of(
    preferred: tuple[str, ...],
    attributes: Attributes,
    name_id: NameId | None,
    between: tuple[str, str],
    hashed_by: Secret | None,
) -> str:
    """The first of the ``preferred`` attributes that was sent, with its name before it, so that one person's
    value of one attribute is never another's of another. ``between`` are the entity ids of the provider and
    of us. Raises ``Refused``."""
    for name in preferred:
        value = _persistent(name_id, between) if name == PERSISTENT else _only(attributes.get(name, ()))
        if value is None:
            continue
        if not value.isprintable():  # two that look alike would be two people
            raise Refused("subject_unreadable", Why.ATTRIBUTE_MISSING)
        if hashed_by is not None:
            value = hmac.new(
                hashed_by.reveal().encode(), f"{name}:{value}".encode(), hashlib.sha256
            ).hexdigest()
        subject = f"{name}:{value}"
        if len(subject) > _LONGEST:
            raise Refused("subject_too_long", Why.ATTRIBUTE_MISSING)
        return subject
    raise Refused("no_subject", Why.ATTRIBUTE_MISSING)


def _only(values: tuple[str, ...]) -> str | None:
    if len(values) > 1:
        raise Refused("several_subjects", Why.ATTRIBUTE_MISSING)
    return values[0] if values else None


def _persistent(name_id: NameId | None, between: tuple[str, str]) -> str | None:
    """A NameID of another format is no permanent word; one of other parties (an affiliation) is not for us."""
    if name_id is None or name_id.format != NAMEID_PERSISTENT:
        return None
    provider, ours = between
    if name_id.qualifier not in {"", provider} or name_id.sp_qualifier not in {"", ours}:
        return None
    return name_id.text
