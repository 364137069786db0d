"""What else is done in the transaction that erases accounts, before their rows go. Who keeps something of a person that
no foreign key removes adds its function here."""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from discovery_accounts.services.audit_chain.person_keys import destroy
from discovery_accounts.services.house import House
from discovery_accounts.services.retention.departing import note_left_behind

BeforeErasure = Callable[[Session, House, Sequence[uuid.UUID], datetime], None]

before_erasure: tuple[BeforeErasure, ...] = (destroy,)
before_erasure_by_time: tuple[BeforeErasure, ...] = (note_left_behind,)
"""Only where time has ended the accounts: who asks to be forgotten leaves nothing."""
