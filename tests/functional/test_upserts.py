"""Inserting where a row may be there already."""

from discovery_accounts.models import JobLock
from discovery_accounts.services.upserts import insert_missing
from tests.factories.portal import Portal


def test_how_many_rows_were_missing_is_told(portal: Portal) -> None:
    with portal.house.database.writing() as session:
        assert insert_missing(session, JobLock, [{"job": "one"}]) == 1
        assert insert_missing(session, JobLock, [{"job": "one"}]) == 0
        assert insert_missing(session, JobLock, [{"job": "one"}, {"job": "two"}]) == 1
        assert insert_missing(session, JobLock, []) == 0
