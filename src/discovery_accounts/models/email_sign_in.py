"""A one-time link and code sent to the address on file of one patron (rules 4.3)."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, personal


class EmailSignIn(Base):
    """Written for every address that is asked for, known or not. ``asked_hash`` is of the word that the asking
    browser holds, by which the code may be typed there; ``token_hash`` of the word in the link. ``sealed`` says
    what was asked, and once the libraries were searched which patron of which library was found.

    ``state`` is ``waiting`` (for the search), ``sent`` or ``nobody``; ``tries`` counts wrong codes.
    """

    __tablename__ = "email_sign_in"

    asked_hash: Mapped[str] = mapped_column(String(64), primary_key=True, info=NOT_PERSONAL)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True, info=NOT_PERSONAL)
    code_hash: Mapped[str | None] = mapped_column(String(64), info=NOT_PERSONAL)
    state: Mapped[str] = mapped_column(String(16), index=True, info=NOT_PERSONAL)
    tries: Mapped[int] = mapped_column(default=0, info=NOT_PERSONAL)
    login_name: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    sealed: Mapped[bytes] = mapped_column(info=personal("ten minutes"))
    key_id: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    asked_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    claimed_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    expires_at: Mapped[datetime] = mapped_column(index=True, info=NOT_PERSONAL)
