"""The chain that shows whether anybody changed the audit afterwards, and the keys its seals are under."""

import uuid

from sqlalchemy import ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey, personal
from discovery_accounts.models.catalogue import BIG


class EventSeal(Base):
    """One link of the chain, for one event. ``digest`` is SHA-256 over ``previous``, the digest of the seal before,
    over the event's open fields and over ``sealed``: the event's account, card and detail under the key of the person.
    No foreign key: an event that was removed must be missed."""

    __tablename__ = "event_seal"

    sequence: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False, info=NOT_PERSONAL)
    event_id: Mapped[uuid.UUID] = mapped_column(unique=True, info=personal("audit retention"))
    digest: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    previous: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    sealed: Mapped[bytes] = mapped_column(LargeBinary, info=personal("account"))


class PersonKey(Base):
    """A key that a person's seals are under, itself sealed by the vault. It goes with the account, and what is sealed
    under it can never be read again. An account that took another one in has that one's key, too. ``seals`` is how
    many seals are under it, bound to ``wrapped``: an event that lost its account is missed."""

    __tablename__ = "person_key"

    id: Mapped[PrimaryKey]
    account_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True, info=personal("account")
    )
    seals: Mapped[int] = mapped_column(BIG, info=NOT_PERSONAL)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary, info=personal("account"))
    key_id: Mapped[str] = mapped_column(String(64), index=True, info=NOT_PERSONAL)


class AuditMark(Base):
    """One row: where the chain begins and where it ends, signed by the vault, so that nobody can cut off its end or
    make it anew without the keys. ``first`` is the last seal that retention took away. ``wrapped`` is the key of the
    house, for events of nobody in particular."""

    __tablename__ = "audit_mark"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, info=NOT_PERSONAL)
    first: Mapped[int] = mapped_column(BIG, info=NOT_PERSONAL)
    first_digest: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    last: Mapped[int] = mapped_column(BIG, info=NOT_PERSONAL)
    last_digest: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    signature: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary, info=NOT_PERSONAL)
    key_id: Mapped[str] = mapped_column(String(64), index=True, info=NOT_PERSONAL)
