"""From a response to what it proves: everything pysaml2 leaves open is compared here."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lxml import etree

from discovery_accounts.login.claim import Why
from discovery_accounts.login.saml.documents import LIMIT, moment, text_of
from discovery_accounts.login.saml.namespaces import BEARER, SAML
from discovery_accounts.login.saml.refused import Refused
from discovery_accounts.login.saml.shape import Shape

SLACK = timedelta(seconds=60)
"""By how much clocks may differ."""
_LONGEST_WAIT = timedelta(hours=1)
_OLDEST_UNASKED = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a verified assertion says. ``sent`` are attributes by the names they came with."""

    id: str
    until: datetime
    proved_at: datetime
    context: str
    index: str = field(repr=False)
    sent: tuple[tuple[str, tuple[str, ...]], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Expected:
    """What an answer must be: to us, of the provider that was asked, to the request (``None``: unasked)."""

    entity_id: str
    acs: str
    provider: str
    request: str | None
    now: datetime


def document_of(fields: Mapping[str, str]) -> bytes:
    """The message in a form posted to us. Raises ``Refused``."""
    given = fields.get("SAMLResponse", "")
    if not given:
        raise Refused("no_message")
    if len(given) > LIMIT:
        raise Refused("too_big")
    try:
        return base64.b64decode("".join(given.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Refused("unreadable") from None


def statement_of(shape: Shape, expected: Expected) -> Statement:
    """Compare a verified response with what was expected of it (saml-profiles 4.1.4.3). Raises ``Refused``."""
    response, assertion = shape.response, shape.assertion
    if assertion is None:
        raise Refused("no_assertion")
    if response.get("Destination") != expected.acs:
        raise Refused("destination")
    if response.get("InResponseTo") != expected.request:
        raise Refused("in_response_to", Why.NOT_EXPECTED)
    issuers = {text_of(element.find(f"{SAML}Issuer")) for element in (response, assertion)}
    if issuers != {expected.provider}:
        raise Refused("issuer")
    until = min(_conditions(assertion, expected), _confirmed(assertion, expected))
    if expected.request is None:
        _young(assertion, expected.now)
    proof = assertion.find(f"{SAML}AuthnStatement")
    proved_at = moment(proof.get("AuthnInstant")) if proof is not None else None
    if proof is None or proved_at is None:
        raise Refused("authn_statement")
    return Statement(
        id=assertion.get("ID", ""),
        until=until + SLACK,
        proved_at=proved_at,
        context=text_of(proof.find(f"{SAML}AuthnContext/{SAML}AuthnContextClassRef")),
        index=proof.get("SessionIndex", ""),
        sent=tuple(_attributes(assertion)),
    )


def _conditions(assertion: etree._Element, expected: Expected) -> datetime:
    conditions = assertion.findall(f"{SAML}Conditions")
    if len(conditions) != 1:
        raise Refused("conditions")
    until = _in_time(conditions[0], expected)
    restrictions = conditions[0].findall(f"{SAML}AudienceRestriction")
    # every restriction must hold; within one, any audience will do (saml-core 2.5.1.4)
    for restriction in restrictions:
        if expected.entity_id not in {text_of(each) for each in restriction.findall(f"{SAML}Audience")}:
            raise Refused("audience")
    if not restrictions:
        raise Refused("audience")
    return until or expected.now + _LONGEST_WAIT


def _confirmed(assertion: etree._Element, expected: Expected) -> datetime:
    subjects = assertion.findall(f"{SAML}Subject")
    if len(subjects) != 1:
        raise Refused("subject")
    for confirmation in subjects[0].findall(f"{SAML}SubjectConfirmation"):
        data = confirmation.find(f"{SAML}SubjectConfirmationData")
        if confirmation.get("Method") != BEARER or data is None:
            continue
        if data.get("Recipient") != expected.acs or data.get("InResponseTo") != expected.request:
            continue
        until = _in_time(data, expected)
        if until is not None:
            return until
    raise Refused("recipient")


def late(expected: Expected) -> Refused:
    """The refusal of an answer whose time is over. What was asked for minutes ago can hardly be late but by a
    clock: the person is not told to begin again and again."""
    return Refused("expired", Why.NOT_EXPECTED if expected.request is None else Why.NOT_TRUSTED)


def _in_time(element: etree._Element, expected: Expected) -> datetime | None:
    after, until = moment(element.get("NotBefore")), moment(element.get("NotOnOrAfter"))
    if after is not None and expected.now < after - SLACK:
        raise Refused("too_early")
    if until is not None and expected.now >= until + SLACK:
        raise late(expected)
    return until


def _young(assertion: etree._Element, now: datetime) -> None:
    """An answer nobody asked for must have been made just now."""
    issued = moment(assertion.get("IssueInstant"))
    if issued is None or abs(now - issued) > _OLDEST_UNASKED:
        raise Refused("expired", Why.NOT_EXPECTED)


def _attributes(assertion: etree._Element) -> list[tuple[str, tuple[str, ...]]]:
    found = []
    for element in assertion.iterfind(f"{SAML}AttributeStatement/{SAML}Attribute"):
        values = (text_of(each) for each in element.findall(f"{SAML}AttributeValue") if len(each) == 0)
        found.append((element.get("Name", ""), tuple(value for value in values if value)))
    return found
