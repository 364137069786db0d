"""News of a library told again, by who kept a message: nothing of a patron's ends by it."""

from discovery_accounts.connectors.api import NewsKind
from discovery_accounts.models import LibraryCard
from discovery_accounts.services import events
from tests.factories.own_data import connector, own, own_koha, reader, signed_in
from tests.factories.portal import Portal
from tests.factories.rows import events as events_of
from tests.factories.rows import rows
from tests.fixtures.databases import ON_SQLITE

__all__ = ["own", "own_koha"]


@ON_SQLITE
def test_an_end_that_is_told_is_a_reason_to_look_and_no_end(own: Portal) -> None:
    """Signatures have no time: a message from before the patron came back is as genuine as ever."""
    client, card = signed_in(own, "pretend")
    told, body = connector(own).write_news(reader(own).patron_id, NewsKind.GONE)
    headers = {name.title(): value for name, value in told.items()}
    for _ in range(3):
        client.app.post("/hooks/pretend", body, headers=headers, content_type="application/json", status=204)
        assert rows(own.house, LibraryCard)[0].gone_at is None
    assert events_of(own.house, events.CARD_GONE) == []
    assert client.call("GET", f"/cards/{card}").json["state"] == "fresh"
