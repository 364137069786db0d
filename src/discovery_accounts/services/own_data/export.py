"""The archive for the person it is about: who may have it, how often, and that it was made."""

import uuid
from collections.abc import Iterator

from discovery_accounts.config.settings import RateLimit
from discovery_accounts.domain.actor import Actor
from discovery_accounts.services import events
from discovery_accounts.services.house import House
from discovery_accounts.services.own_data.archive import archive
from discovery_accounts.services.own_data.parts import Reader
from discovery_accounts.services.sessions import require_decider
from discovery_accounts.services.throttles import Throttles

FIVE_IN_AN_HOUR = RateLimit(5, 3600)


class OwnExport:
    def __init__(self, house: House) -> None:
        self._house = house

    def start(self, actor: Actor, language: str) -> Iterator[bytes]:
        """The archive, made as its parts are taken. Raises, before anything is given, ``Problem``:
        ``step_up_required`` for a sign-in that does not see all, ``fresh_sign_in_required``, ``too_many_attempts`` at
        the sixth in an hour."""
        require_decider(self._house, actor)  # a browser that was left open gives nobody all of it at once
        Throttles(self._house).count_asking("own data", FIVE_IN_AN_HOUR, str(actor.account_id))
        self._write_down(actor.account_id)
        return archive(self._house, Reader(actor.account_id, actor.session_id), language)

    def _write_down(self, account_id: uuid.UUID) -> None:
        with self._house.database.writing() as session:
            events.record(session, events.DATA_EXPORTED, self._house.now(), account_id=account_id)
