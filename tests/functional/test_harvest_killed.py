"""A process that harvests is killed, as by the machine: another one goes on where it was."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable

from sqlalchemy import func, select, update

from discovery_accounts.models import CatalogueRecord, JobLock
from discovery_accounts.services.harvest_marks import HarvestMarks
from discovery_accounts.services.harvesting import Harvesting
from tests.factories.portal import Portal
from tests.fixtures.catalogue_servers import CatalogueServer, Question, Told
from tests.fixtures.databases import ON_SQLITE


@ON_SQLITE
def test_a_killed_process_loses_nothing_and_reads_nothing_twice(
    make_portal: Callable[..., Portal], oai_server: CatalogueServer
) -> None:
    portal = make_portal(
        sources="lumme", source__lumme__kind="oai-pmh", source__lumme__url=f"{oai_server.url}/oai"
    )
    command = [sys.executable, "-m", "discovery_accounts", "--config", portal.ini(), "run", "harvest"]
    answer, reached, killed = oai_server.answer, threading.Event(), threading.Event()

    def until_the_sixth(question: Question) -> Told:
        if len(oai_server.asked) == 6:
            reached.set()
            killed.wait(30)
        return answer(question)

    oai_server.answer = until_the_sixth
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        assert reached.wait(30)
        process.send_signal(signal.SIGKILL)
    killed.set()
    assert process.returncode == -signal.SIGKILL
    assert known(portal) == 100
    free_locks(portal)
    Harvesting(portal.house).run(portal.house.now(), 10_000)
    assert known(portal) == 250
    tokens = [dict(question).get("resumptionToken") for question in oai_server.asked]
    assert tokens.count(None) == 1
    assert len(tokens) == 14, "thirteen pages, and the one that was under way once more"
    mark = HarvestMarks(portal.house.database).of("lumme")
    assert mark.baseline_at is not None
    assert (mark.place, mark.error) == (None, None)


def known(portal: Portal) -> int:
    with portal.house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(CatalogueRecord)) or 0


def free_locks(portal: Portal) -> None:
    """As they free themselves half an hour later."""
    with portal.house.database.writing() as session:
        session.execute(update(JobLock).values(holder=None, until=None))
