"""A portal with a login ``haka`` by a federation, whose list is in a file or on a server."""

from collections.abc import Callable, Iterable
from pathlib import Path

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.login.checks import Step
from discovery_accounts.models import ProviderSource
from discovery_accounts.services.house import House
from discovery_accounts.services.metadata_checks import metadata_steps
from discovery_accounts.services.provider_entities import ProviderEntities
from tests.factories.federation import Signer, entity, in_days, listed
from tests.factories.portal import Portal
from tests.factories.rows import rows


def saml_settings(folder: Path, **more: object) -> dict[str, str]:
    """Settings of the logins ``card`` and ``haka``; ``more`` are keys of the latter."""
    own = Signer.make(folder, "own")
    values = {"kind": "saml", "name": "Haka", "certificate": own.pinned, "key": f"file:{own.key}", **more}
    return {
        "logins": "card haka",
        "login__card__kind": "card",
        **{f"login__haka__{key}": str(value) for key, value in values.items()},
    }


NAMED: tuple[tuple[str, dict[str, str], tuple[str, ...]], ...] = (
    (
        "hels",
        {"fi": "Helsingin yliopisto", "sv": "Helsingfors universitet", "en": "University of Helsinki"},
        ("helsinki.example",),
    ),
    ("abo", {"fi": "Åbo Akademi", "sv": "Åbo Akademi", "en": "Åbo Akademi University"}, ("abo.example",)),
    (
        "turku",
        {"fi": "Turun yliopisto", "sv": "Åbo universitet", "en": "University of Turku"},
        ("utu.example",),
    ),
    (
        "tromso",
        {"nb": "UiT Norges arktiske universitet", "en": "UiT The Arctic University of Norway"},
        ("uit.example",),
    ),
    ("alesund", {"no": "Høgskolen i Ålesund", "en": "Ålesund University College"}, ("hials.example",)),
)


def entity_id(short: str) -> str:
    return f"https://idp.{short}.example/idp/shibboleth"


def well_known(signer: Signer) -> list[str]:
    """Providers that messages could be exchanged with, all with the same key."""
    certificate = "".join(signer.pinned.read_text().splitlines()[1:-1])
    key = (
        f'<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}'
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
    )
    return [entity(entity_id(short), names, scopes=scopes, padding=key) for short, names, scopes in NAMED]


def write_list(path: Path, signer: Signer, entities: Iterable[str], days: float = 10) -> None:
    path.write_text(signer.sign(listed(entities, until=in_days(days))))


def federated_portal(
    make_portal: Callable[..., Portal], folder: Path, signer: Signer, entities: Iterable[str]
) -> Portal:
    """With its list read."""
    path = folder / "federation.xml"
    write_list(path, signer, entities)
    settings = saml_settings(folder, metadata_file=path, metadata_certificate=signer.pinned)
    portal = make_portal(**settings)
    run_job(portal.house, "refresh-metadata")
    return portal


def refresh(portal: Portal) -> dict[str, int]:
    """What the job did, without what it did not."""
    report = run_job(portal.house, "refresh-metadata").done
    return {word: count for word, count in {**report.did, **report.kept}.items() if count}


def store(house: House) -> ProviderEntities:
    """As another process has it: nothing in memory yet."""
    return ProviderEntities(house.settings, house.database, house.clock)


def state(portal: Portal) -> ProviderSource:
    (row,) = rows(portal.house, ProviderSource)
    assert isinstance(row, ProviderSource)
    return row


def steps(portal: Portal) -> dict[str, Step]:
    login = portal.house.settings.login("haka")
    assert login is not None
    return {step.what: step for step in metadata_steps(portal.house, login)}
