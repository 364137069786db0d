"""The jobs there are: what each does, how much at a time, how often. One table; pages, CLI and clock use it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from discovery_accounts.services import catalogue, credentials, old_records
from discovery_accounts.services.accounts import Accounts
from discovery_accounts.services.alert_digests import AlertDigests
from discovery_accounts.services.alerts.asking import ask_unopened
from discovery_accounts.services.alerts.matching import Matching
from discovery_accounts.services.alerts.queries import purge_matches, purge_queries
from discovery_accounts.services.audit_chain.purging import purge_events
from discovery_accounts.services.audit_chain.sealing import seal, waiting
from discovery_accounts.services.backlog import backlogs
from discovery_accounts.services.bounce_reports import BounceFolder
from discovery_accounts.services.digest_rows import hold_back_quiet, purge_reminders
from discovery_accounts.services.digests import DigestReport, Digests
from discovery_accounts.services.email_search import EmailSearch
from discovery_accounts.services.email_sign_in import EmailSignIns
from discovery_accounts.services.endings.expiring import expire_accounts
from discovery_accounts.services.favourites.undoing import purge_favourites
from discovery_accounts.services.guarantors import Guarantors
from discovery_accounts.services.handover import Handovers
from discovery_accounts.services.harvesting import Harvesting
from discovery_accounts.services.holder_proof import HolderProofs
from discovery_accounts.services.house import House
from discovery_accounts.services.insight.imported import UnreadableCounts, import_counts
from discovery_accounts.services.invitations import Invitations
from discovery_accounts.services.known_browsers import KnownBrowsers
from discovery_accounts.services.library_checks import LibraryChecks
from discovery_accounts.services.link_ends import end_over
from discovery_accounts.services.link_letters import purge_letters
from discovery_accounts.services.login_steps import LoginSteps
from discovery_accounts.services.metadata_refresh import refresh_due
from discovery_accounts.services.outbox_sending import Outbox
from discovery_accounts.services.pin_recovery import PinRecoveries
from discovery_accounts.services.pin_recovery_search import PinRecoverySearch
from discovery_accounts.services.progress import Progress, untold
from discovery_accounts.services.reopening import Reopening
from discovery_accounts.services.replays import purge_replays
from discovery_accounts.services.retention.departed import retire
from discovery_accounts.services.retention.retiring import RETIRED
from discovery_accounts.services.reviews.ending import purge_empty
from discovery_accounts.services.sessions import Sessions
from discovery_accounts.services.staff import Staff
from discovery_accounts.services.step_up import StepUps
from discovery_accounts.services.throttles import Throttles
from discovery_accounts.services.university_feed.order import SYNCED
from discovery_accounts.services.university_feed.order import carry_out as sync_patrons
from discovery_accounts.services.verification import Verification


@dataclass(frozen=True, slots=True)
class Order:
    """How one run is to be done. ``limit`` is the budget in rows; ``dry_run`` only counts; ``only`` is the one source,
    of a job that goes through several, that is wanted, or the file that it reads. ``sure``: a person has said yes to
    what the job would else ask about. ``progress`` is told how far long work has come."""

    now: datetime
    limit: int
    dry_run: bool = False
    only: str | None = None
    shard: tuple[int, int] = (0, 1)
    sure: bool = False
    progress: Progress = field(default=untold, repr=False)


@dataclass(frozen=True, slots=True)
class Done:
    """What a run did, in words and counts; ``left`` is what the budget did not reach, ``kept`` why rows stayed;
    ``failed`` is why nothing was done, where a person must look into it."""

    did: Mapping[str, int]
    left: int = 0
    kept: Mapping[str, int] = field(default_factory=dict)
    failed: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """``every`` is how often the clock starts it, ``budget`` its rows a run unless told otherwise.

    ``at_start``: the clock starts it at its own start, too, because something waits for its first run.
    ``can_be_shared``: several workers can do a part each, at the same time.
    """

    name: str
    work: Callable[[House, Order], Done] = field(repr=False)
    every: timedelta
    budget: int
    at_start: bool = False
    can_be_shared: bool = False


_BESIDE_MAIL = 15.0
_REMINDING = 480.0
"""Seconds for writing digests: beside the mail, which must not wait long, and in a job of their own."""


def _send_mail(house: House, order: Order) -> Done:
    outbox = Outbox(house)
    if order.dry_run:
        waiting, due = outbox.due(order.now), Digests(house).due(order.now)
        would = {"sent": min(waiting, order.limit), "composed": min(due, order.limit)}
        return Done(would, max(0, waiting - order.limit) + max(0, due - order.limit))
    EmailSearch(house).search(order.now, order.limit)
    PinRecoverySearch(house).search(order.now, order.limit)
    hold_back_quiet(house, order.now)
    first = outbox.send(order.now, order.limit)  # who waits for a code does not wait for digests
    digests = _compose(house, order, _BESIDE_MAIL)
    report = first + outbox.send(order.now, order.limit - sum(first.counts().values()))
    did = {**report.counts(), **digests.counts()}
    kept = {**_waits(house, order.now), **digests.kept}
    return Done(did, report.left + digests.left, kept)


def _remind_due(house: House, order: Order) -> Done:
    digests = Digests(house)
    if order.dry_run:
        due = digests.due(order.now)
        return Done({"composed": min(due, order.limit)}, max(0, due - order.limit))
    report = _compose(house, order, _REMINDING)
    return Done(report.counts(), report.left, report.kept)


def _compose(house: House, order: Order, seconds: float) -> DigestReport:
    """Digests of cards, with what alerts found, and then of alerts alone."""
    cards = Digests(house).compose(order.now, order.limit, seconds=seconds)
    alerts = AlertDigests(house).compose(order.now, order.limit, seconds=seconds)
    return cards.with_alerts(alerts)


def _read_bounces(house: House, order: Order) -> Done:
    if house.settings.bounce_folder is None:
        return Done({"heard": 0, "other": 0})
    folder = BounceFolder(house, house.settings.bounce_folder)
    try:
        if order.dry_run:
            count = folder.count()
            return Done({"heard": min(count, order.limit), "other": 0}, max(0, count - order.limit))
        report = folder.read(order.now, order.limit)
    except OSError as problem:
        return Done({"heard": 0, "other": 0}, kept={f"bounce_folder can't be read: {problem.strerror}": 1})
    return Done({"heard": report.heard, "other": report.other}, report.left)


def _match_alerts(house: House, order: Order) -> Done:
    matching = Matching(house)
    if order.dry_run:
        waiting = matching.due()
        return Done({"records": min(waiting, order.limit)}, max(0, waiting - order.limit))
    report = matching.run(order.now, order.limit, order.shard, order.progress)
    return Done({"records": report.records, "matches": report.matches}, report.left)


def _waits(house: House, now: datetime) -> Mapping[str, int]:
    """Messages that did not leave, by why, and what to do about it."""
    late = [one for one in backlogs(house, now) if one.error]
    return {f"wait, {one.channel}: {one.error}; {one.advice}": one.waiting for one in late}


def _verify_cards(house: House, order: Order) -> Done:
    verification = Verification(house)
    if order.dry_run:
        return Done({"stood": 0, "refused": 0}, verification.due(order.now))
    report = verification.verify(order.now, order.limit)
    kept = {"no answer": report.unknown} if report.unknown else {}
    return Done({"stood": report.stood, "refused": report.refused}, report.left, kept)


def _purge_sessions(house: House, order: Order) -> Done:
    """Sessions that are over, and what else is over beside them."""
    purged = {
        "sessions": Sessions(house).purge(order.now, order.limit, dry_run=order.dry_run),
        "tries": Throttles(house).purge(order.now, order.limit, dry_run=order.dry_run),
        "browsers": KnownBrowsers(house).purge(order.now, order.limit, dry_run=order.dry_run),
        "codes": Reopening(house).purge(order.now, order.limit, dry_run=order.dry_run),
        "email_changes": Accounts(house).purge(order.now, order.limit, dry_run=order.dry_run),
        "email_sign_ins": EmailSignIns(house).purge(order.now, order.limit, dry_run=order.dry_run),
        "pin_recoveries": PinRecoveries(house).purge(order.now, order.limit, dry_run=order.dry_run),
        "step_ups": StepUps(house).purge(order.now, order.limit, dry_run=order.dry_run),
        "link_letters": purge_letters(house, order.now, order.limit, dry_run=order.dry_run),
        "holder_codes": HolderProofs(house).purge(order.now, order.limit, dry_run=order.dry_run),
        "invitations": Invitations(house).purge(order.now, order.limit, dry_run=order.dry_run),
        "sign_ins": LoginSteps(house).purge(order.now, order.limit, dry_run=order.dry_run),
        "replays": purge_replays(house, order.now, order.limit, dry_run=order.dry_run),
        "events": purge_events(house, order.now, order.limit, dry_run=order.dry_run),
        "mails": old_records.purge_mails(house, order.now, order.limit, dry_run=order.dry_run),
        "runs": old_records.purge_runs(house, order.now, order.limit, dry_run=order.dry_run),
        "maintenance": old_records.purge_maintenance(house, order.now, order.limit, dry_run=order.dry_run),
        "grants": Staff(house).end_over(order.limit, dry_run=order.dry_run),
        "staff": Staff(house).purge(order.now, order.limit, dry_run=order.dry_run),
        "library_checks": LibraryChecks(house).purge(order.now, order.limit, dry_run=order.dry_run),
        "reminders": purge_reminders(house, order.now, order.limit, dry_run=order.dry_run),
        "reviews": purge_empty(house, order.now, order.limit, dry_run=order.dry_run),
        "favourites": purge_favourites(house, order.now, order.limit, dry_run=order.dry_run),
        "pins": credentials.purge_unwanted(house, order.limit, dry_run=order.dry_run),
        "records": catalogue.purge(house, order.now, order.limit, dry_run=order.dry_run),
        "matches": purge_matches(house, order.now, order.limit, dry_run=order.dry_run),
        "queries": purge_queries(house, order.limit, dry_run=order.dry_run),
    }
    return Done({name: one.done for name, one in purged.items()}, sum(one.left for one in purged.values()))


def _check_guarantors(house: House, order: Order) -> Done:
    report = Guarantors(house).check(order.limit, dry_run=order.dry_run)
    kept = {"no answer": report.kept} if report.kept else {}
    return Done({"stood": report.stood, "ended": report.ended}, report.left, kept)


def _refresh_metadata(house: House, order: Order) -> Done:
    readings = refresh_due(house, order.now, order.limit, dry_run=order.dry_run)
    did = {"read": readings.read, "unchanged": readings.unchanged, "forgotten": readings.forgotten}
    return Done(did, readings.left, {f"not read: {code}": count for code, count in readings.failed.items()})


def _check_libraries(house: House, order: Order) -> Done:
    checks = LibraryChecks(house)
    left = max(0, len(checks.names()) - order.limit)
    if order.dry_run:
        return Done({"tested": min(len(checks.names()), order.limit)}, left)
    reports = checks.run_all(order.now, order.limit)
    failed = sum(not report.ok for report in reports)
    return Done({"well": len(reports) - failed, "failed": failed}, left)


def _hand_over_cards(house: House, order: Order) -> Done:
    handovers = Handovers(house)
    told = (handovers.count if order.dry_run else handovers.tell)(order.now, order.limit)
    kept = {"no answer": told.unanswered} if told.unanswered else {}
    return Done({"told_ahead": told.ahead, "told_on_the_day": told.day}, told.left, kept)


def _end_links(house: House, order: Order) -> Done:
    ended = end_over(house, order.now, order.limit, dry_run=order.dry_run)
    return Done({"ended": ended.done}, ended.left)


def _harvest(house: House, order: Order) -> Done:
    harvesting = Harvesting(house)
    if order.dry_run:
        due = harvesting.due(order.now) if order.only is None else (order.only,)
        return Done({"sources": len(due)})
    report = harvesting.run(order.now, order.limit, order.only, order.progress)
    did = {"read": report.read, "new": report.new, "gone": report.gone, "broken": report.broken}
    return Done(did, report.left, {f"not read, {why}": count for why, count in report.failed.items()})


def _expire_accounts(house: House, order: Order) -> Done:
    report = expire_accounts(house, order.now, order.limit, dry_run=order.dry_run, progress=order.progress)
    return Done(report.did, report.left, report.kept)


def _ask_about_alerts(house: House, order: Order) -> Done:
    asked = ask_unopened(house, order.now, order.limit, dry_run=order.dry_run)
    kept = {"no e-mail address": asked.unreachable} if asked.unreachable else {}
    return Done({"asked": asked.accounts, "alerts": asked.alerts}, asked.left, kept)


def _seal_audit(house: House, order: Order) -> Done:
    if order.dry_run:
        left = waiting(house)
        return Done({"sealed": min(left, order.limit)}, max(0, left - order.limit))
    report = seal(house, order.limit)
    kept = {"the audit's chain does not hold; see `audit verify`": report.left} if report.broken else {}
    return Done({"sealed": report.sealed}, report.left, kept)


def _retire_patrons(house: House, order: Order) -> Done:
    retired = retire(house, order.now, order.limit, dry_run=order.dry_run, progress=order.progress)
    return Done({word: retired.did[word] for word in RETIRED}, retired.left, dict(retired.kept))


def _sync_patrons(house: House, order: Order) -> Done:
    told = sync_patrons(
        house,
        order.only,
        order.now,
        order.limit,
        sure=order.sure,
        dry_run=order.dry_run,
        progress=order.progress,
    )
    kept = {**told.kept, **({told.failed: 1} if told.failed is not None else {})}
    return Done({**dict.fromkeys(SYNCED, 0), **told.did}, told.left, kept, told.failed)


def _import_counts(house: House, order: Order) -> Done:
    path = Path(order.only) if order.only is not None else house.settings.insight.counts_file
    if path is None:
        return Done({"taken": 0, "unchanged": 0})
    try:
        told = import_counts(house, path, order.limit, dry_run=order.dry_run, progress=order.progress)
    except UnreadableCounts as problem:
        why = f"the file can't be read: {problem}"
        return Done({"taken": 0, "unchanged": 0}, kept={why: 1}, failed=why)
    kept = {f"line {line}: {why}": 1 for line, why in told.broken[:20]}
    if len(told.broken) > len(kept):
        kept["more broken lines"] = len(told.broken) - len(kept)
    return Done({"taken": told.taken, "unchanged": told.unchanged}, told.left, kept)


JOBS: Mapping[str, Job] = {
    job.name: job
    for job in (
        Job("send-mail", _send_mail, timedelta(minutes=1), 500),
        Job("remind-due", _remind_due, timedelta(minutes=10), 20_000),
        Job("match-alerts", _match_alerts, timedelta(minutes=5), 50_000, can_be_shared=True),
        Job("read-bounces", _read_bounces, timedelta(minutes=10), 1000),
        Job("verify-cards", _verify_cards, timedelta(minutes=30), 200),
        Job("seal-audit", _seal_audit, timedelta(minutes=1), 20_000),
        Job("expire-accounts", _expire_accounts, timedelta(days=1), 50_000),
        Job("purge-sessions", _purge_sessions, timedelta(hours=1), 5000),
        Job("hand-over-cards", _hand_over_cards, timedelta(days=1), 200),
        Job("end-links", _end_links, timedelta(hours=1), 1000),
        Job("check-guarantors", _check_guarantors, timedelta(days=1), 5000),
        Job("check-libraries", _check_libraries, timedelta(minutes=15), 100),
        Job("harvest", _harvest, timedelta(minutes=15), 50_000, at_start=True),
        Job("ask-about-alerts", _ask_about_alerts, timedelta(days=1), 5000),
        Job("retire-patrons", _retire_patrons, timedelta(days=1), 5000),
        Job("sync-patrons", _sync_patrons, timedelta(days=1), 20_000),
        Job("import-counts", _import_counts, timedelta(days=1), 200_000),
        Job("refresh-metadata", _refresh_metadata, timedelta(hours=1), 20, at_start=True),
    )
}
