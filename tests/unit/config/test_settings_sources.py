"""Sources of new items in the settings: a faulty one is told of and left out, and stops nobody."""

from discovery_accounts.config.keys import Key
from discovery_accounts.config.parsers import secret, text
from discovery_accounts.config.reader import read_settings
from discovery_accounts.config.reference import show

VALUES = {
    "accounts.stage": "development",
    "accounts.sources": "lumme helka",
    "accounts.source.lumme.kind": "koha",
    "accounts.source.lumme.name.sv": "LUMME-biblioteken",
    "accounts.source.lumme.every_minutes": "30",
    "accounts.source.lumme.field.title": "title_full",
    "accounts.source.lumme.password": "hunter2",
    "accounts.source.helka.kind": "alma",
}


def test_a_source_is_read_with_what_its_kind_reads_itself() -> None:
    lumme, helka = read_settings(VALUES, {}).sources
    assert (lumme.name, lumme.kind, lumme.every_minutes, lumme.title("sv")) == (
        "lumme",
        "koha",
        30,
        "LUMME-biblioteken",
    )
    assert dict(lumme.options) == {"field.title": "title_full", "password": "hunter2"}
    assert (helka.every_minutes, helka.new_days, helka.baseline) == (60, 30, True)


def test_a_faulty_source_is_left_out_with_its_faults() -> None:
    found = read_settings(
        {**VALUES, "accounts.source.helka.new_days": "many", "accounts.source.hlka.kind": "alma"}, {}
    )
    assert [source.name for source in found.sources] == ["lumme"]
    faults = {name: [fault.key for fault in faults] for name, faults in found.faulty_sources.items()}
    assert faults == {"helka": ["accounts.source.helka.new_days"], "hlka": ["accounts.source.hlka"]}
    assert "did you mean accounts.source.helka?" in str(found.faulty_sources["hlka"][0])


def test_sources_are_shown_without_secrets() -> None:
    keys = (Key("field.title", text), Key("password", secret, secret=True))
    settings = read_settings({**VALUES, "accounts.source.helka.kind": ""}, {})
    lines = show(settings, {"source koha": keys}).splitlines()
    assert "accounts.sources = lumme helka" in lines
    assert "accounts.source.lumme.field.title = title_full" in lines
    assert "accounts.source.lumme.password = ***" in lines
    assert "# the source helka is not available:" in lines
