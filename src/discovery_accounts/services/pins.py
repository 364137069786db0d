"""Keeping a PIN that the library accepted: sealed in the row, or only that it was given in this session."""

import uuid

from sqlalchemy import delete
from sqlalchemy.orm import Session

from discovery_accounts.models import Credential, Link, SessionProof
from discovery_accounts.services import credentials
from discovery_accounts.services.house import House


def keep_pin(
    session: Session, house: House, link: Link, library: str, pin: str, session_id: uuid.UUID
) -> None:
    """As the library's ``pin_storage`` says; with ``none`` the PIN is kept nowhere (rules 2.4)."""
    if house.library(library).pin_storage == "encrypted":
        credentials.store(session, house, link, library, pin)
        return
    stored = session.get(Credential, link.id)
    if stored is not None:  # from before the library chose to store none, or marked as refused
        session.delete(stored)
    session.merge(SessionProof(session_id=session_id, link_id=link.id, proved_at=house.now()))


def forget_pin(session: Session, *link_ids: uuid.UUID) -> None:
    """Remove what is kept of the PINs of links, ciphertext and proofs."""
    session.execute(delete(Credential).where(Credential.link_id.in_(link_ids)))
    session.execute(delete(SessionProof).where(SessionProof.link_id.in_(link_ids)))
