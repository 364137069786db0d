"""What is taken from metadata that was verified (checklist M5)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree
from tests.factories.federation import alone, entity, listed

from discovery_accounts.login.saml.metadata import Entity, MetadataRefused, duration, moment
from discovery_accounts.login.saml.metadata_entities import document_valid_until, entities, single

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CAMPUS = "https://idp.campus.example/idp"
Read = Callable[..., list[Entity]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def reading(document: str, now: datetime = NOW) -> list[Entity]:
        path = tmp_path / "metadata.xml"
        path.write_text(document)
        return list(entities(path, now))

    return reading


def group(inside: str, attributes: str = "") -> str:
    return f"<md:EntitiesDescriptor {attributes}>{inside}</md:EntitiesDescriptor>"


def test_names_in_every_language_and_domains_are_read(read: Read) -> None:
    names = {"fi": "Jokilaakson yliopisto", "sv": "Ådalens universitet", "EN": " River\n Valley  University "}
    (found,) = read(listed([entity(CAMPUS, names, scopes=["jokilaakso.example", "Campus.Example"])]))
    assert found.entity_id == CAMPUS
    assert dict(found.names) == {
        "fi": "Jokilaakson yliopisto",
        "sv": "Ådalens universitet",
        "en": "River Valley University",
    }
    assert found.scopes == ("jokilaakso.example", "campus.example")
    assert not found.hidden


def test_the_organisations_name_stands_in_where_there_is_none_for_people(read: Read) -> None:
    plain = entity(CAMPUS, {"en": "X"}).replace('<mdui:DisplayName xml:lang="en">X</mdui:DisplayName>', "")
    organised = plain.replace(
        "</md:EntityDescriptor>",
        '<md:Organization><md:OrganizationDisplayName xml:lang="nb">Elvedalen</md:OrganizationDisplayName>'
        "</md:Organization></md:EntityDescriptor>",
    )
    (found,) = read(listed([organised]))
    assert found.names == {"nb": "Elvedalen"}


def test_a_domain_written_as_a_pattern_is_none(read: Read) -> None:
    document = listed([entity(CAMPUS, scopes=["campus.example"])]).replace('regexp="false"', 'regexp="true"')
    assert read(document)[0].scopes == ()


def test_a_comment_does_not_cut_a_value(read: Read) -> None:
    document = listed([entity(CAMPUS, scopes=["campus.example<!-- -->.evil.example"])])
    assert read(document)[0].scopes == ("campus.example.evil.example",)


def test_what_can_not_be_seen_is_not_in_names(read: Read) -> None:
    (found,) = read(listed([entity(CAMPUS, {"en": "Campus\u202egnol\u200b"})]))
    assert found.names["en"] == "Campusgnol"


def test_those_that_want_to_be_hidden_are_marked(read: Read) -> None:
    shown, hidden = read(listed([entity(CAMPUS), entity("https://test.example", hidden=True)]))
    assert (shown.hidden, hidden.hidden) == (False, True)


def test_only_identity_providers_that_speak_saml_2_are_taken(read: Read) -> None:
    service = entity("https://sp.example").replace("IDPSSODescriptor", "SPSSODescriptor")
    old = entity("https://old.example").replace("SAML:2.0:protocol", "SAML:1.1:protocol")
    assert [found.entity_id for found in read(listed([service, entity(CAMPUS), old]))] == [CAMPUS]


def test_an_entity_stands_alone_with_its_namespaces_and_without_pictures(read: Read) -> None:
    (found,) = read(listed([entity(CAMPUS)]) + "\n")
    root = etree.fromstring(found.xml)
    assert root.get("entityID") == CAMPUS
    assert b"Logo" not in found.xml
    assert found.xml.endswith(b"</md:EntityDescriptor>")


def test_lists_in_lists_are_read(read: Read) -> None:
    inner = group(entity(CAMPUS) + group(entity("https://b.example")))
    assert len(read(listed([inner, entity("https://c.example")]))) == 3


def test_m5_the_earliest_end_of_all_that_it_stands_in_counts(read: Read) -> None:
    inner = group(
        entity(CAMPUS, attributes='validUntil="2026-11-25T00:00:00Z" cacheDuration="PT6H"')
        + entity("https://b.example", attributes='cacheDuration="P1D"'),
        'validUntil="2026-11-24T00:00:00Z" cacheDuration="PT12H"',
    )
    first, second = read(listed([inner], until=NOW + timedelta(days=30)))
    assert first.valid_until == second.valid_until == datetime(2026, 11, 24, tzinfo=UTC)
    assert (first.lasts, second.lasts) == (timedelta(hours=6), timedelta(hours=12))


def test_m5_an_entity_that_is_over_is_left_out(read: Read) -> None:
    over = entity(CAMPUS, attributes='validUntil="2026-11-22T11:59:59Z"')
    role_over = entity("https://b.example").replace(
        "<md:IDPSSODescriptor", '<md:IDPSSODescriptor validUntil="2026-11-01T00:00:00Z"'
    )
    assert [found.entity_id for found in read(listed([over, role_over, entity("https://c.example")]))] == [
        "https://c.example"
    ]


def test_m5_a_list_that_is_over_is_refused_whole(read: Read) -> None:
    with pytest.raises(MetadataRefused, match="expired"):
        read(listed([entity(CAMPUS)], until=NOW))
    assert read(listed([entity(CAMPUS)], until=NOW), NOW - timedelta(seconds=1))


def test_the_end_of_the_document_is_told(tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    path.write_text(listed([entity(CAMPUS)], until=NOW))
    assert document_valid_until(path) == NOW
    path.write_text(listed([entity(CAMPUS)]))
    assert document_valid_until(path) is None


@pytest.mark.parametrize("bad", ["https://a b.example", "https://a\u0085b.example", "", "x" * 1025])
def test_an_id_that_is_none_is_left_out(read: Read, bad: str) -> None:
    assert [found.entity_id for found in read(listed([entity(bad, {"en": "A"}), entity(CAMPUS)]))] == [CAMPUS]


def test_a_single_entity_is_one_and_no_list(tmp_path: Path) -> None:
    path = tmp_path / "one.xml"
    path.write_text(alone(CAMPUS))
    assert single(path, NOW).entity_id == CAMPUS
    path.write_text(listed([entity(CAMPUS)], unsigned=True))
    with pytest.raises(MetadataRefused, match="not_single"):
        single(path, NOW)
    path.write_text(alone(CAMPUS, attributes='validUntil="2026-01-01T00:00:00Z"'))
    with pytest.raises(MetadataRefused, match="expired"):
        single(path, NOW)
    path.write_text(alone(CAMPUS).replace("IDPSSODescriptor", "SPSSODescriptor"))
    with pytest.raises(MetadataRefused, match="empty"):
        single(path, NOW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22T12:00:00Z", NOW),
        ("2026-11-22T14:00:00.000+02:00", NOW),
        ("2026-11-22T12:00:00", NOW),
        (None, None),
    ],
)
def test_times_are_read_as_xml_writes_them(text: str | None, expected: datetime | None) -> None:
    assert moment(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT6H", timedelta(hours=6)),
        ("P1DT30M", timedelta(days=1, minutes=30)),
        ("P1M", timedelta(days=30)),
        ("PT1.5S", timedelta(seconds=1)),
        (None, None),
    ],
)
def test_durations_are_read_as_xml_writes_them(text: str | None, expected: timedelta | None) -> None:
    assert duration(text) == expected


@pytest.mark.parametrize("text", ["", "P", "PT", "6H", "-P1D", "P1W", "P99999999999D"])
def test_a_duration_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(MetadataRefused, match="bad_time"):
        duration(text)


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01T00:00:00Z"])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(MetadataRefused, match="bad_time"):
        moment(text)
