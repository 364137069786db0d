"""Alerts: what a person wants to hear of when it is new (rules 1.2)."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.alert_filters import read_filters
from discovery_accounts.domain.alert_times import WEEKDAYS, Frequency
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.labels import clean_label
from discovery_accounts.domain.new_record import clean_text
from discovery_accounts.models import Account, Alert, AlertNews
from discovery_accounts.services import events
from discovery_accounts.services.accounts import may_write_to
from discovery_accounts.services.alerts import alert_rows
from discovery_accounts.services.alerts.queries import take_query
from discovery_accounts.services.alerts.question import question_of
from discovery_accounts.services.alerts.shapes import MOST_ALERTS, MOST_NAME, AlertInfo, Wish
from discovery_accounts.services.alerts.slots import hour_and_zone, slot_for
from discovery_accounts.services.alerts.stopping import stop_hash
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.row_locks import NO_KEY

_NAME_OF_QUERY = 80  # characters of a name that is made from the query
_NOTE_EVERY = timedelta(hours=1)
"""How exactly it is noted when somebody looked at what an alert found."""


class Alerts:
    """Whoever signed in in a weak way sees how many there are, not what they ask; changing or looking at one raises
    ``Problem`` ``step_up_required`` then. Another's alert is ``not_found``."""

    def __init__(self, house: House) -> None:
        self._house = house

    def list(self, actor: Actor) -> tuple[AlertInfo, ...]:
        """All of them, the newest first."""
        with self._house.database.reading() as session:
            found = alert_rows.infos(self._house, session, actor.account_id, self._house.now())
        return found if actor.sees_all else tuple(map(alert_rows.masked, found))

    def show(self, actor: Actor, alert_id: uuid.UUID) -> AlertInfo:
        with self._house.database.reading() as session:
            info = self._info(session, actor, alert_id)
        return info if actor.sees_all else alert_rows.masked(info)

    def make(self, actor: Actor, wish: Wish) -> AlertInfo:
        """Raises ``BadShape`` about what is wrong with the wish, and about ``query`` at the 201st alert."""
        require_sight(actor)
        now = self._house.now()
        with self._house.database.writing() as session:
            account = session.get_one(Account, actor.account_id, with_for_update=NO_KEY)
            whole = self._completed(wish, account, actor)
            written = question_of(whole.query, whole.filters, whole.language or "")
            mine = select(func.count()).select_from(Alert).where(Alert.account_id == account.id)
            if (session.scalar(mine) or 0) >= MOST_ALERTS:
                raise BadShape("query", "too_many_alerts")
            alert = Alert(
                id=uuid.uuid4(),
                account_id=account.id,
                created_at=now,
                since=now,
                opened_at=now,
                feed_version=0,
            )
            alert.stop_hash = stop_hash(self._house, alert.id)
            self._write(session, alert, whole, written, now)
            session.add(alert)
            session.flush()
            return self._info(session, actor, alert.id)

    def change(self, actor: Actor, alert_id: uuid.UUID, wish: Wish) -> AlertInfo:
        """Make it what the wish says. One that asks for something else begins anew: what was found by the old
        question is not what this one found."""
        require_sight(actor)
        now = self._house.now()
        with self._house.database.writing() as session:
            account = session.get_one(Account, actor.account_id, with_for_update=NO_KEY)
            alert = self._own(session, actor, alert_id)
            whole = self._completed(wish, account, actor, mailed=alert.by_email)
            written = question_of(whole.query, whole.filters, whole.language or "")
            before, mailed = alert.query_id, alert.by_email
            self._write(session, alert, whole, written, now)
            session.flush()
            if alert.query_id != before:
                alert.since = now
                session.execute(delete(AlertNews).where(AlertNews.alert_id == alert.id))
            elif alert.by_email and not mailed:
                self._count_as_told(session, alert.id, now)
            session.flush()
            return self._info(session, actor, alert_id)

    def pause(self, actor: Actor, alert_id: uuid.UUID, until: datetime | None) -> None:
        """Mail nothing until then, or until ``resume``; what is found meanwhile is told afterwards. Raises
        ``BadShape`` about ``paused_until``."""
        require_sight(actor)
        now = self._house.now()
        _check_until(until, now)
        with self._house.database.writing() as session:
            alert = self._own(session, actor, alert_id)
            alert.paused_at, alert.paused_until = alert.paused_at or now, until

    def resume(self, actor: Actor, alert_id: uuid.UUID) -> None:
        require_sight(actor)
        with self._house.database.writing() as session:
            alert = self._own(session, actor, alert_id)
            alert.paused_at = alert.paused_until = None

    def remove(self, actor: Actor, alert_id: uuid.UUID) -> None:
        """With all that it found. Its query goes with the next purge, unless another alert asks the same."""
        require_sight(actor)
        with self._house.database.writing() as session:
            session.delete(self._own(session, actor, alert_id))
            events.record(session, events.ALERT_REMOVED, self._house.now(), account_id=actor.account_id)

    def new_feed_address(self, actor: Actor, alert_id: uuid.UUID) -> None:
        """Who has the address of before reads nothing there any more."""
        require_sight(actor)
        with self._house.database.writing() as session:
            alert = self._own(session, actor, alert_id)
            alert.feed_version += 1
            if alert.by_feed:
                alert.feed_hash = alert_rows.feed_hash(self._house, alert.id, alert.feed_version)

    def note_opened(self, actor: Actor, alert_id: uuid.UUID) -> None:
        """Its owner looks at what it found: nobody needs to ask whether it is still wanted."""
        now = self._house.now()
        with self._house.database.writing() as session:
            session.execute(
                update(Alert)
                .where(
                    Alert.id == alert_id,
                    Alert.account_id == actor.account_id,
                    Alert.opened_at < now - _NOTE_EVERY,
                )
                .values(opened_at=now, asked_at=None)
                .execution_options(synchronize_session=False)
            )

    def _info(self, session: Session, actor: Actor, alert_id: uuid.UUID) -> AlertInfo:
        found = alert_rows.infos(self._house, session, actor.account_id, self._house.now(), alert_id)
        if not found:
            raise Problem(Code.NOT_FOUND)
        return found[0]

    @staticmethod
    def _own(session: Session, actor: Actor, alert_id: uuid.UUID) -> Alert:
        alert = session.scalars(alert_rows.own_alert(actor.account_id, alert_id)).one_or_none()
        if alert is None:
            raise Problem(Code.NOT_FOUND)
        return alert

    def _completed(self, wish: Wish, account: Account, actor: Actor, *, mailed: bool = False) -> Wish:
        """With what was left for us to choose. Raises ``BadShape``; not about mails where there were some before
        the address was lost."""
        now = self._house.now()
        languages = self._house.settings.languages
        language = wish.language or account.language or actor.language or languages[0]
        if language not in languages:
            raise BadShape("language", "unknown")
        weekly = wish.frequency is Frequency.WEEKLY
        weekday = (wish.weekday or 0) if weekly else None
        if weekday is not None and weekday not in WEEKDAYS:
            raise BadShape("weekday", "unknown")
        has_address = may_write_to(account) is not None
        if wish.by_email and not has_address and not mailed:
            raise BadShape("by_email", "no_email")
        by_email = has_address if wish.by_email is None else wish.by_email
        _check_until(wish.paused_until, now)
        return Wish(
            query=wish.query,
            filters=read_filters(wish.filters).values,
            frequency=wish.frequency,
            weekday=weekday,
            name=_name(wish),
            language=language,
            by_email=by_email,
            by_feed=not by_email if wish.by_feed is None and wish.by_email is None else bool(wish.by_feed),
            paused=wish.paused or wish.paused_until is not None,
            paused_until=wish.paused_until,
        )

    def _write(self, session: Session, alert: Alert, wish: Wish, written: str, now: datetime) -> None:
        hour, zone = hour_and_zone(self._house, session, alert.account_id)
        alert.query_id = take_query(session, written)
        alert.slot_id = slot_for(session, wish.frequency, wish.weekday, hour, zone)
        alert.name, alert.query = wish.name or "", wish.query
        alert.filters = {name: list(values) for name, values in wish.filters.items()}
        alert.language = wish.language or ""
        alert.by_email, alert.by_feed = bool(wish.by_email), bool(wish.by_feed)
        alert.feed_hash = (
            alert_rows.feed_hash(self._house, alert.id, alert.feed_version) if alert.by_feed else None
        )
        alert.paused_at = (alert.paused_at or now) if wish.paused else None
        alert.paused_until = wish.paused_until
        alert.changed_at = now

    @staticmethod
    def _count_as_told(session: Session, alert_id: uuid.UUID, now: datetime) -> None:
        """Mails that begin now tell of what is found from now on; what there was stands in the list."""
        session.execute(
            update(AlertNews)
            .where(AlertNews.alert_id == alert_id, AlertNews.told_at.is_(None))
            .values(told_at=now)
            .execution_options(synchronize_session=False)
        )


def require_sight(actor: Actor) -> None:
    """Raise ``Problem`` ``step_up_required`` for somebody who must not see what the alerts ask."""
    if not actor.sees_all:
        raise Problem(Code.STEP_UP_REQUIRED)


def _name(wish: Wish) -> str:
    if wish.name and wish.name.strip():
        return clean_label(wish.name, "name", MOST_NAME)
    return name_of(wish.query, wish.filters)


def name_of(query: str, filters: Mapping[str, tuple[str, ...]]) -> str:
    """A name from the query, or from its filters where it has no words."""
    text = clean_text(query) or ", ".join(
        clean_text(value) for values in filters.values() for value in values
    )
    return text if len(text) <= _NAME_OF_QUERY else f"{text[: _NAME_OF_QUERY - 1].rstrip()}…"


def _check_until(until: datetime | None, now: datetime) -> None:
    if until is not None and until <= now:
        raise BadShape("paused_until", "past")
