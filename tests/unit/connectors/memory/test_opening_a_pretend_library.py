"""A pretend library is opened in development only, and each has people of its own."""

import asyncio
from typing import Any

from discovery_accounts.config.reader import read_settings
from discovery_accounts.connectors.api import ChecksItself, Removed
from discovery_accounts.connectors.registry import Libraries, open_libraries

DEVELOPMENT = {"accounts.stage": "development"}
PRODUCTION = {"accounts.stage": "production", "accounts.public_url": "https://accounts.library.example"}


def opened(stage: dict[str, str], **options: str) -> Libraries:
    names = {"accounts.libraries": "one two"}
    kinds = {f"accounts.library.{name}.connector": "memory" for name in ("one", "two")}
    more = {f"accounts.library.one.{name}": text for name, text in options.items()}
    return open_libraries(read_settings(stage | names | kinds | more, {}))


def test_it_is_not_opened_in_production_and_the_reason_is_in_plain_words() -> None:
    libraries = opened(PRODUCTION)
    assert not libraries.connectors
    (fault,) = libraries.faults["one"]
    assert str(fault) == (
        "accounts.library.one.connector: is a pretend library, for development and tests; "
        "in production it can't be used"
    )


def test_in_production_the_same_is_told_beside_the_other_faults_of_a_library() -> None:
    told = [str(fault) for fault in opened(PRODUCTION, timeout="long").faults["one"]]
    assert any("pretend library" in fault for fault in told)
    assert any(".timeout" in fault for fault in told)


def test_two_pretend_libraries_have_people_of_their_own() -> None:
    libraries = opened(DEVELOPMENT)
    one, two = (_any(libraries.connectors[name]) for name in ("one", "two"))
    assert asyncio.run(one.remove_patron("p103")) == Removed()
    assert "p103" not in one.library.people
    assert "p103" in two.library.people


def test_the_people_are_the_same_every_time() -> None:
    first, second = (_any(opened(DEVELOPMENT).connectors["one"]).library.people for _ in range(2))
    assert [(one.card_number, one.pin, list(one.loans)) for one in first.values()] == [
        (one.card_number, one.pin, list(one.loans)) for one in second.values()
    ]


def test_a_delay_is_kept() -> None:
    connector = _any(opened(DEVELOPMENT, delay="0.05").connectors["one"])

    async def timed() -> float:
        clock = asyncio.get_running_loop().time
        started = clock()
        await connector.read_patron("p101")
        return clock() - started

    assert asyncio.run(timed()) >= 0.05


def test_it_checks_itself() -> None:
    connector = _any(opened(DEVELOPMENT).connectors["one"])
    assert isinstance(connector, ChecksItself)
    assert asyncio.run(connector.check_rights()) == ()
    assert "pretend" in asyncio.run(connector.check_credentials())


def test_a_person_shows_nothing_of_themselves() -> None:
    person = _any(opened(DEVELOPMENT).connectors["one"]).library.people["p101"]
    assert repr(person) == "Person('good', 'p101')"


def _any(connector: Any) -> Any:
    return connector
