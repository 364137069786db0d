"""Metadata of a federation is read, kept, and read again (checklist M5)."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from discovery_accounts.jobs.schedule import start_schedule
from discovery_accounts.login.checks import Level
from discovery_accounts.models import ProviderEntity
from tests.factories.federated import refresh, saml_settings, state, steps, store
from tests.factories.federation import Signer, alone, entity, in_days, listed
from tests.factories.portal import Portal
from tests.factories.rows import rows
from tests.fixtures.databases import ON_SQLITE
from tests.fixtures.metadata_servers import LIST, MetadataServer

CAMPUS = "https://idp.campus.example/idp"
COLLEGE = "https://idp.college.example/idp"

pytestmark = pytest.mark.saml
Open = Callable[..., Portal]


@pytest.fixture
def open_federated(make_portal: Open, federation: Signer, tmp_path: Path) -> Open:
    """A portal with a login ``haka``; its metadata is as the settings given say."""

    def opened(certificate: Path | None = federation.pinned, **settings: object) -> Portal:
        pinned = {"metadata_certificate": certificate} if certificate else {}
        return make_portal(**saml_settings(tmp_path, **pinned, **settings))

    return opened


@pytest.fixture
def portal(open_federated: Open, metadata_server: MetadataServer) -> Portal:
    return open_federated(metadata_url=metadata_server.url + LIST)


def publish(server: MetadataServer, signer: Signer, *entities: str, days: float = 10) -> None:
    server.documents[LIST] = signer.sign(listed(entities, until=in_days(days))).encode()


def test_a_signed_list_is_read_and_its_entities_are_found(
    portal: Portal, metadata_server: MetadataServer, federation: Signer
) -> None:
    publish(metadata_server, federation, entity(CAMPUS), entity(COLLEGE))
    assert store(portal.house).find("haka", CAMPUS) is None
    assert refresh(portal) == {"read": 1}
    entities = store(portal.house)
    assert CAMPUS.encode() in (entities.find("haka", CAMPUS) or b"")
    assert entities.find("haka", "https://unknown.example") is None
    assert entities.find("other", CAMPUS) is None
    assert entities.only("haka") is None
    assert state(portal).entities == 2


def test_the_only_one_is_told(portal: Portal, metadata_server: MetadataServer, federation: Signer) -> None:
    publish(metadata_server, federation, entity(CAMPUS))
    refresh(portal)
    assert store(portal.house).only("haka") == CAMPUS


def test_who_left_the_federation_is_gone_with_the_next_reading(
    portal: Portal, metadata_server: MetadataServer, federation: Signer
) -> None:
    publish(metadata_server, federation, entity(CAMPUS), entity(COLLEGE))
    refresh(portal)
    publish(metadata_server, federation, entity(COLLEGE, {"en": "College"}))
    portal.clock.advance(minutes=51)
    assert refresh(portal) == {"read": 1}
    assert store(portal.house).find("haka", CAMPUS) is None
    assert [row.names for row in rows(portal.house, ProviderEntity)] == [{"en": "College"}]


@ON_SQLITE
def test_the_clock_reads_the_list_as_it_starts(
    portal: Portal, metadata_server: MetadataServer, federation: Signer
) -> None:
    publish(metadata_server, federation, entity(CAMPUS))
    clock = start_schedule(portal.house)
    try:
        ends = time.monotonic() + 20
        while store(portal.house).only("haka") is None and time.monotonic() < ends:
            time.sleep(0.05)
    finally:
        clock.shutdown()
    assert store(portal.house).only("haka") == CAMPUS


@pytest.mark.parametrize("dates_only", [False, True])
def test_what_did_not_change_is_not_sent_again(
    portal: Portal, metadata_server: MetadataServer, federation: Signer, dates_only: bool
) -> None:
    metadata_server.dates_only = dates_only
    publish(metadata_server, federation, entity(CAMPUS))
    refresh(portal)
    portal.clock.advance(minutes=51)
    assert refresh(portal) == {"unchanged": 1}
    assert metadata_server.calls == [(LIST, 200), (LIST, 304)]
    assert state(portal).read_at is not None


@ON_SQLITE
def test_what_was_read_lately_is_left_alone(
    portal: Portal, metadata_server: MetadataServer, federation: Signer
) -> None:
    publish(metadata_server, federation, entity(CAMPUS))
    refresh(portal)
    assert refresh(portal) == {}
    assert len(metadata_server.calls) == 1


def _down(server: MetadataServer, _signer: Signer) -> None:
    server.mute = True


def _unsigned(server: MetadataServer, _signer: Signer) -> None:
    server.documents[LIST] = listed([entity(COLLEGE)], unsigned=True).encode()


def _expired(server: MetadataServer, signer: Signer) -> None:
    publish(server, signer, entity(COLLEGE), days=-1)


def _empty(server: MetadataServer, signer: Signer) -> None:
    publish(server, signer)


def _elsewhere(server: MetadataServer, _signer: Signer) -> None:
    server.moved[LIST] = "http://localhost:1/list.xml"


def _cut(server: MetadataServer, signer: Signer) -> None:
    publish(server, signer, entity(COLLEGE))
    server.documents[LIST] = server.documents[LIST][:-50]


@ON_SQLITE
@pytest.mark.parametrize(
    ("happen", "code"),
    [
        (_down, "http_500"),
        (_unsigned, "unsigned"),
        (_expired, "expired"),
        (_empty, "empty"),
        (_elsewhere, "redirected"),
        (_cut, "not_xml"),
    ],
)
def test_m5_whatever_goes_wrong_the_old_stays_and_the_reason_is_told(
    portal: Portal,
    metadata_server: MetadataServer,
    federation: Signer,
    happen: Callable[[MetadataServer, Signer], None],
    code: str,
) -> None:
    publish(metadata_server, federation, entity(CAMPUS))
    refresh(portal)
    happen(metadata_server, federation)
    portal.clock.advance(minutes=51)
    assert refresh(portal) == {f"not read: {code}": 1}
    assert store(portal.house).find("haka", CAMPUS)
    assert (state(portal).failure or "").startswith(code)
    step = steps(portal)["metadata"]
    assert (step.level, code in step.found, bool(step.advice)) == (Level.WARNING, True, True)


@ON_SQLITE
def test_a_failure_is_tried_again_at_once_and_forgotten_when_it_went_well(
    portal: Portal, metadata_server: MetadataServer, federation: Signer
) -> None:
    publish(metadata_server, federation, entity(CAMPUS))
    metadata_server.mute = True
    refresh(portal)
    metadata_server.mute = False
    assert refresh(portal) == {"read": 1}
    assert state(portal).failure is None


@ON_SQLITE
def test_a_redirect_on_the_same_host_is_followed(
    portal: Portal, metadata_server: MetadataServer, federation: Signer
) -> None:
    publish(metadata_server, federation, entity(CAMPUS))
    metadata_server.documents["/new.xml"] = metadata_server.documents.pop(LIST)
    metadata_server.moved[LIST] = "/new.xml"
    assert refresh(portal) == {"read": 1}


def test_m5_nobody_is_found_when_the_metadata_is_over(
    portal: Portal, metadata_server: MetadataServer, federation: Signer
) -> None:
    publish(metadata_server, federation, entity(CAMPUS), days=1)
    refresh(portal)
    entities = store(portal.house)
    assert entities.find("haka", CAMPUS)
    portal.clock.advance(days=1, seconds=1)
    assert entities.find("haka", CAMPUS) is None
    assert entities.only("haka") is None
    assert refresh(portal) == {"not read: expired": 1}
    assert steps(portal)["metadata validity"].level is Level.FAILED


def test_m5_what_was_read_from_another_address_is_not_believed(
    open_federated: Open, metadata_server: MetadataServer, federation: Signer
) -> None:
    before = open_federated(metadata_url=metadata_server.url + LIST)
    publish(metadata_server, federation, entity(CAMPUS))
    refresh(before)
    after = open_federated(metadata_url=metadata_server.url + "/other.xml")
    assert store(after.house).find("haka", CAMPUS) is None
    metadata_server.documents["/other.xml"] = federation.sign(listed([entity(COLLEGE)])).encode()
    refresh(after)
    assert [row.entity_id for row in rows(after.house, ProviderEntity)] == [COLLEGE]


@ON_SQLITE
def test_m5_with_another_certificate_the_same_list_is_verified_anew(
    open_federated: Open, metadata_server: MetadataServer, federation: Signer, tmp_path: Path
) -> None:
    before = open_federated(metadata_url=metadata_server.url + LIST)
    publish(metadata_server, federation, entity(CAMPUS))
    refresh(before)
    other = Signer.make(tmp_path, "other")
    after = open_federated(other.pinned, metadata_url=metadata_server.url + LIST)
    after.clock.advance(minutes=51)
    assert refresh(after) == {"not read: signature": 1}
    assert metadata_server.calls[-1] == (LIST, 200)


@ON_SQLITE
def test_a_list_in_a_file_is_read_with_its_certificate(
    open_federated: Open, federation: Signer, tmp_path: Path
) -> None:
    path = tmp_path / "list.xml"
    path.write_text(federation.sign(listed([entity(CAMPUS), entity(COLLEGE)])))
    portal = open_federated(metadata_file=path)
    assert refresh(portal) == {"read": 1}
    assert refresh(portal) == {"unchanged": 1}
    assert store(portal.house).find("haka", COLLEGE)
    assert steps(portal)["metadata validity"].level is Level.WARNING


def test_m5_a_file_of_one_provider_may_do_without_a_signature_and_is_read_at_first_need(
    open_federated: Open, tmp_path: Path
) -> None:
    path = tmp_path / "one.xml"
    path.write_text(alone(CAMPUS))
    portal = open_federated(None, metadata_file=path)
    assert store(portal.house).only("haka") == CAMPUS
    assert store(portal.house).find("haka", CAMPUS)
    path.write_text(alone(COLLEGE))
    assert refresh(portal) == {"read": 1}
    assert store(portal.house).only("haka") == COLLEGE
    assert {step.level for step in steps(portal).values()} == {Level.OK}


@ON_SQLITE
def test_m5_a_file_of_many_needs_a_certificate(open_federated: Open, tmp_path: Path) -> None:
    path = tmp_path / "many.xml"
    path.write_text(listed([entity(CAMPUS), entity(COLLEGE)], unsigned=True))
    portal = open_federated(None, metadata_file=path)
    assert refresh(portal) == {"not read: not_single": 1}
    assert store(portal.house).find("haka", CAMPUS) is None
    path.unlink()
    assert refresh(portal) == {"not read: unreadable": 1}


@ON_SQLITE
def test_m5_the_check_tells_what_to_do_before_metadata_or_certificate_run_out(
    open_federated: Open, metadata_server: MetadataServer, tmp_path: Path
) -> None:
    ending = Signer.make(tmp_path, "ending", days=29)
    portal = open_federated(ending.pinned, metadata_url=metadata_server.url + LIST)
    publish(metadata_server, ending, entity(CAMPUS), days=8)
    before = steps(portal)
    assert (before["metadata"].level, "refresh-metadata" in before["metadata"].advice) == (Level.FAILED, True)
    refresh(portal)
    good = steps(portal)
    assert good["metadata"].level is good["metadata validity"].level is Level.OK
    assert "1 identity providers" in good["metadata"].found
    assert good["metadata certificate"].level is Level.WARNING
    portal.clock.advance(days=1, minutes=1)
    soon = steps(portal)
    assert soon["metadata validity"].level is Level.WARNING
    assert soon["metadata"].level is Level.OK
    portal.clock.advance(hours=3)
    assert steps(portal)["metadata"].level is Level.WARNING
