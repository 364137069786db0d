"""Sessions that people have at identity providers: what ending them needs, and by which words they end ours."""

import json
import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from discovery_accounts.login.claim import ProviderSession
from discovery_accounts.models import SessionHandle, SignedInSession
from discovery_accounts.services import events
from discovery_accounts.services.house import House
from discovery_accounts.vault.vault import CannotUnseal, Sealed


def remember(session: Session, house: House, row: SignedInSession, provider: ProviderSession) -> None:
    """Keep with a new session of ours what belongs to the provider's, in the caller's transaction."""
    sealed = house.vault.seal(json.dumps(dict(provider.memory)), binding(row.id))
    row.provider_sealed, row.provider_key_id = sealed.ciphertext, sealed.key_id
    for handle in set(provider.handles):
        session.add(SessionHandle(session_id=row.id, handle_hash=_handle_hash(house, row.login_name, handle)))
    session.flush()


def memory_of(house: House, row: SignedInSession) -> Mapping[str, str] | None:
    """What ending the provider's session needs; ``None`` when there is none, or it can't be opened."""
    if row.provider_sealed is None or row.provider_key_id is None:
        return None
    try:
        text = house.vault.unseal_text(Sealed(row.provider_sealed, row.provider_key_id), binding(row.id))
    except CannotUnseal:
        return None
    found: dict[str, str] = json.loads(text)
    return found


def end_named(house: House, login_name: str, handles: Sequence[str]) -> int:
    """End our sessions that the provider of ``login_name`` names by one of ``handles``; how many."""
    hashes = [_handle_hash(house, login_name, handle) for handle in handles]
    with house.database.writing() as session:
        named = select(SessionHandle.session_id).where(SessionHandle.handle_hash.in_(hashes))
        ended = session.execute(
            delete(SignedInSession)
            .where(SignedInSession.id.in_(named))
            .returning(SignedInSession.account_id)
            .execution_options(synchronize_session=False)
        ).all()
        for (account_id,) in ended:
            events.record(session, events.SIGNED_OUT, house.now(), account_id=account_id, by="provider")
    return len(ended)


def binding(session_id: uuid.UUID) -> tuple[str, str]:
    """What a sealed memory is bound to."""
    return ("provider session", str(session_id))


def _handle_hash(house: House, login_name: str | None, handle: str) -> str:
    return house.vault.keyed_hash("provider session", login_name or "", handle)
