"""Which rows are a person's where more than the account decides it, and what of their cards they are told."""

from sqlalchemy import ColumnElement, Table, and_, bindparam, exists, func, or_, select

from discovery_accounts.domain.cards import CredentialState, EndedBy, LinkProof, LinkState
from discovery_accounts.services import events
from discovery_accounts.services.looks import LOOKS
from discovery_accounts.services.own_data.parts import More, held, mine, not_past, table

_LINKING = (events.LINKING_FORBIDDEN, events.LINKING_ALLOWED)
"""Done by staff, or by the holder."""


def told_links(rows: Table) -> ColumnElement[bool]:
    """All but those that a holder ended, who may have done so in silence (rules 3.4)."""
    return or_(rows.c.state != LinkState.ENDED.value, ended_openly(rows))


def ended_openly(rows: Table) -> ColumnElement[bool]:
    """Not by a holder in silence, of a link that was asked for again and waits now."""
    return or_(rows.c.ended_by.is_(None), rows.c.ended_by != EndedBy.HOLDER.value)


def of_others(rows: Table) -> ColumnElement[bool]:
    """As the list of who sees a card has them: an account that ended is hidden until it comes back."""
    account = table("account")
    there = select(account.c.id).where(account.c.ended_at.is_(None))
    return and_(
        mine()(rows).is_(False),
        rows.c.state != LinkState.ENDED.value,
        not_past(rows),
        rows.c.account_id.in_(there),
    )


def looked_at(rows: Table) -> ColumnElement[bool]:
    """What staff saw or did, as ``services.looks`` tells it."""
    return _is_of_staff(rows) & or_(mine()(rows), held()(rows))


def own_acts(rows: Table) -> ColumnElement[bool]:
    return ~_is_of_staff(rows) & mine()(rows)


def by_others(rows: Table) -> ColumnElement[bool]:
    not_me = or_(rows.c.account_id.is_(None), mine()(rows).is_(False))
    # what somebody calls the card is theirs alone, as in the card's log
    told = ~_is_of_staff(rows) & (rows.c.word != events.LINK_RENAMED)
    return told & held()(rows) & not_me


def still_proved(cards: Table) -> ColumnElement[bool]:
    """Cards whose PIN was not refused, or was given in this session where the library keeps none; or the card that was
    shown at the desk. Of others what the library tells is not told, and no new number (rules 2.4)."""
    link, pin, given = table("link"), table("credential"), table("session_proof")
    in_session = exists().where(given.c.link_id == link.c.id, given.c.session_id == bindparam("session"))
    stands = or_(
        and_(pin.c.link_id.is_(None), or_(link.c.proof != LinkProof.PIN.value, in_session)),
        and_(pin.c.state == CredentialState.GOOD.value, pin.c.ciphertext.is_not(None)),
        and_(pin.c.state == CredentialState.NO_PIN_HERE.value, in_session),
    )
    proved = (
        select(link.c.card_id)
        .outerjoin(pin, pin.c.link_id == link.c.id)
        .where(link.c.account_id == bindparam("account"), stands)
    )
    return or_(cards.c.id == bindparam("card"), cards.c.id.in_(proved))


def own_number_end(column: str = "card_id") -> More:
    """The last digits of a card's number as the own link was told them: a number that it was given since may be one
    that this link must not see."""

    def value(rows: Table) -> ColumnElement[object]:
        link = table("link").alias("own_link")
        own = (link.c.card_id == rows.c[column], link.c.account_id == bindparam("account"))
        return select(link.c.number_last4).where(*own).scalar_subquery()

    return value


def _is_of_staff(rows: Table) -> ColumnElement[bool]:
    by_staff = func.coalesce(rows.c.detail["by"].as_string(), "") == "staff"
    return or_(rows.c.word.in_(LOOKS), and_(rows.c.word.in_(_LINKING), by_staff))
