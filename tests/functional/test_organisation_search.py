"""People find their organisation among thousands, as they type its name."""

from collections.abc import Callable
from pathlib import Path

import pytest

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.services.organisation_search import (
    MOST,
    OrganisationSearch,
    chooses_organisation,
    mark_of,
)
from tests.factories.federated import (
    NAMED,
    entity_id,
    federated_portal,
    saml_settings,
    well_known,
    write_list,
)
from tests.factories.federation import Signer, alone, entity
from tests.factories.portal import Portal
from tests.fixtures.databases import ON_SQLITE

pytestmark = pytest.mark.saml
Open = Callable[..., Portal]


@pytest.fixture
def portal(make_portal: Open, federation: Signer, tmp_path: Path) -> Portal:
    hidden = entity("https://test.example", {"en": "Helsinki test"}, hidden=True)
    return federated_portal(make_portal, tmp_path, federation, [*well_known(federation), hidden])


def search(portal: Portal, language: str = "en") -> OrganisationSearch:
    login = portal.house.settings.login("haka")
    assert login is not None
    return OrganisationSearch(portal.house, login, language)


def names(portal: Portal, typed: str, language: str = "en") -> list[str]:
    return [each.name for each in search(portal, language).search(typed).organisations]


def test_they_are_found_by_any_name_and_shown_in_the_persons_language(portal: Portal) -> None:
    assert names(portal, "HELSINGFORS univ", "fi") == ["Helsingin yliopisto"]
    assert names(portal, "helsing", "sv") == ["Helsingfors universitet"]
    assert names(portal, "alesund hogskolen", "nb") == ["Høgskolen i Ålesund"]
    assert names(portal, "uit", "fi") == ["UiT The Arctic University of Norway"]
    assert names(portal, "somebody@utu.example") == ["University of Turku"]
    (found,) = search(portal).search("abo akademi").organisations
    assert (found.entity_id, found.domain) == (entity_id("abo"), "abo.example")


def test_what_begins_with_the_word_comes_first(portal: Portal) -> None:
    assert names(portal, "abo", "sv") == ["Åbo Akademi", "Åbo universitet"]
    assert names(portal, "universit", "sv")[-1] == "Åbo Akademi"


def test_hidden_ones_and_nonsense_are_not_found(portal: Portal) -> None:
    assert names(portal, "test") == []
    assert search(portal).search("xyzzy").total == 0


def test_few_are_all_shown_without_a_word(portal: Portal) -> None:
    found = search(portal).search("")
    assert found.total == len(NAMED)
    shown = [each.name for each in found.organisations]
    assert shown == sorted(shown, key=str.casefold)


def test_those_chosen_before_come_back_in_their_order(portal: Portal) -> None:
    marks = [mark_of(entity_id(short)) for short in ("turku", "nowhere", "hels")]
    assert [each.name for each in search(portal).marked(marks)] == [
        "University of Turku",
        "University of Helsinki",
    ]


def test_of_many_the_best_are_shown_and_how_many_there_are(
    make_portal: Open, federation: Signer, tmp_path: Path
) -> None:
    many = [entity(f"https://idp{n}.example", {"en": f"College number {n}"}) for n in range(50)]
    portal = federated_portal(make_portal, tmp_path, federation, many)
    found = search(portal).search("college")
    assert (len(found.organisations), found.total, found.more) == (MOST, 50, True)
    assert search(portal).search("").organisations == ()
    assert not search(portal).search("number 49").more


@ON_SQLITE
def test_a_new_list_is_searched_at_once_and_one_that_is_over_not_at_all(
    portal: Portal, federation: Signer, tmp_path: Path
) -> None:
    assert names(portal, "helsinki")
    write_list(tmp_path / "federation.xml", federation, well_known(federation)[1:], days=2)
    run_job(portal.house, "refresh-metadata")
    assert names(portal, "helsinki") == []
    assert names(portal, "turku")
    portal.clock.advance(days=3)
    assert search(portal).search("turku").ready is False


@ON_SQLITE
def test_only_where_there_are_several_one_chooses(
    make_portal: Open, federation: Signer, tmp_path: Path
) -> None:
    def chooses(portal: Portal) -> bool:
        login = portal.house.settings.login("haka")
        assert login is not None
        return chooses_organisation(portal.house, login)

    assert chooses(federated_portal(make_portal, tmp_path, federation, well_known(federation)))
    assert not chooses(federated_portal(make_portal, tmp_path, federation, well_known(federation)[:1]))
    path = tmp_path / "federation.xml"
    signed = {"metadata_file": path, "metadata_certificate": federation.pinned}
    assert not chooses(make_portal(**saml_settings(tmp_path, entity=entity_id("hels"), **signed)))
    alone_path = tmp_path / "one.xml"
    alone_path.write_text(alone(entity_id("hels")))
    assert not chooses(make_portal(**saml_settings(tmp_path, metadata_file=alone_path)))


@ON_SQLITE
def test_where_a_server_is_asked_an_address_can_be_typed(
    make_portal: Open, federation: Signer, tmp_path: Path
) -> None:
    settings = saml_settings(tmp_path, mdq_url="http://127.0.0.1:9", metadata_certificate=federation.pinned)
    portal = make_portal(**settings)
    assert search(portal).search("").ready
    assert names(portal, entity_id("hels")) == [entity_id("hels")]
    assert names(portal, "https://bad address") == []
