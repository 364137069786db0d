"""Metadata of one identity provider at a time is asked for when somebody needs it (checklist M5)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from discovery_accounts.login.checks import Level
from discovery_accounts.login.provider import ProviderFailure
from discovery_accounts.models import ProviderEntity
from tests.factories.federated import refresh, saml_settings, steps, store
from tests.factories.federation import Signer, alone, in_days, signature
from tests.factories.portal import Portal
from tests.factories.rows import rows
from tests.fixtures.databases import ON_SQLITE
from tests.fixtures.metadata_servers import MetadataServer

CAMPUS = "https://idp.campus.example/idp"
COLLEGE = "https://idp.college.example/idp"

pytestmark = pytest.mark.saml


@pytest.fixture
def asking(
    make_portal: Callable[..., Portal], federation: Signer, metadata_server: MetadataServer, tmp_path: Path
) -> Portal:
    pinned = {"metadata_certificate": federation.pinned}
    return make_portal(**saml_settings(tmp_path, mdq_url=metadata_server.url, **pinned))


def signed_alone(signer: Signer, entity_id: str, attributes: str = "") -> str:
    return signer.sign(alone(entity_id, extra=signature("_one"), attributes=f'ID="_one" {attributes}'))


def test_one_entity_is_asked_for_when_it_is_needed(
    asking: Portal, metadata_server: MetadataServer, federation: Signer
) -> None:
    lasts = 'cacheDuration="PT2H"'
    metadata_server.put_entity(CAMPUS, signed_alone(federation, CAMPUS, lasts))
    assert store(asking.house).find("haka", CAMPUS)
    assert store(asking.house).find("haka", CAMPUS)
    assert len(metadata_server.calls) == 1
    asking.clock.advance(hours=2, minutes=1)
    assert store(asking.house).find("haka", CAMPUS)
    assert len(metadata_server.calls) == 2
    assert store(asking.house).only("haka") is None


@ON_SQLITE
def test_m5_one_entity_is_taken_only_signed_whole_and_for_itself(
    asking: Portal, metadata_server: MetadataServer, federation: Signer, tmp_path: Path
) -> None:
    good = signed_alone(federation, CAMPUS)
    mark = good[good.index("<ds:Signature>") : good.index("</ds:Signature>") + len("</ds:Signature>")]
    parked = good.removeprefix('<?xml version="1.0"?>').replace(mark, "")
    wrapped = alone(CAMPUS, extra=f"{mark}<md:Extensions>{parked}</md:Extensions>", attributes='ID="_evil"')
    bad = {
        "unsigned": alone(CAMPUS, attributes='ID="_one"'),
        "reference": wrapped,
        "id_not_unique": wrapped.replace('ID="_evil"', 'ID="_one"'),
        "signature": signed_alone(Signer.make(tmp_path, "stranger"), CAMPUS),
        "other_entity": signed_alone(federation, COLLEGE),
        "expired": signed_alone(federation, CAMPUS, 'validUntil="2026-01-01T00:00:00Z"'),
    }
    for code, document in bad.items():
        metadata_server.put_entity(CAMPUS, document)
        with pytest.raises(ProviderFailure, match=f"metadata_refused: {code}"):
            store(asking.house).find("haka", CAMPUS)
    assert rows(asking.house, ProviderEntity) == []


@ON_SQLITE
def test_an_entity_nobody_knows_is_not_asked_for_again_at_once(
    asking: Portal, metadata_server: MetadataServer
) -> None:
    entities = store(asking.house)
    assert entities.find("haka", CAMPUS) is None
    assert entities.find("haka", CAMPUS) is None
    assert len(metadata_server.calls) == 1
    asking.clock.advance(minutes=1)
    assert entities.find("haka", CAMPUS) is None
    assert len(metadata_server.calls) == 2
    assert entities.find("haka", "x" * 1025) is None
    assert len(metadata_server.calls) == 2


def test_a_dead_server_is_told_and_left_alone_and_what_is_kept_goes_on(
    asking: Portal, metadata_server: MetadataServer, federation: Signer
) -> None:
    until = f'validUntil="{in_days(2):%Y-%m-%dT%H:%M:%SZ}" cacheDuration="PT1H"'
    metadata_server.put_entity(CAMPUS, signed_alone(federation, CAMPUS, until))
    entities = store(asking.house)
    assert entities.find("haka", CAMPUS)
    metadata_server.mute = True
    asking.clock.advance(hours=3)
    assert entities.find("haka", CAMPUS)
    with pytest.raises(ProviderFailure, match="metadata_unreachable"):
        entities.find("haka", COLLEGE)
    assert len(metadata_server.calls) == 2
    assert steps(asking)["metadata"].level is Level.WARNING
    asking.clock.advance(days=2)
    with pytest.raises(ProviderFailure, match="metadata_unreachable"):
        entities.find("haka", CAMPUS)
    assert refresh(asking) == {"forgotten": 1}


def test_an_entity_that_was_taken_back_is_gone(
    asking: Portal, metadata_server: MetadataServer, federation: Signer
) -> None:
    metadata_server.put_entity(CAMPUS, signed_alone(federation, CAMPUS))
    entities = store(asking.house)
    assert entities.find("haka", CAMPUS)
    metadata_server.documents.clear()
    asking.clock.advance(hours=7)
    assert entities.find("haka", CAMPUS) is None
    assert rows(asking.house, ProviderEntity) == []
