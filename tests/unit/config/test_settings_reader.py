"""Reading a whole set of settings."""

import pytest

from discovery_accounts.config.faults import SettingsError
from discovery_accounts.config.reader import read_settings
from discovery_accounts.config.secret import Secret
from discovery_accounts.config.settings import RateLimit, Settings

EXAMPLE = {
    "accounts.stage": "development",
    "accounts.public_url": "http://127.0.0.1:6543/",
    "accounts.database_url": "sqlite:////srv/var/accounts.db",
    "accounts.keys": "file:/srv/var/keys.json",
    "accounts.cache_url": "memory:",
    "accounts.broker_url": "",
    "accounts.mail_url": "folder:/srv/var/mail",
    "accounts.languages": "fi sv en nb",
    "accounts.portal_origins": "https://library.example",
    "accounts.page_deadline": "2.5",
    "accounts.limits.card": "5",
    "accounts.limits.account": "10/15m",
    "accounts.libraries": "lumme helka",
    "accounts.library.lumme.connector": "koha",
    "accounts.library.lumme.name": "LUMME-kirjastot",
    "accounts.library.lumme.name.en": "LUMME libraries",
    "accounts.library.lumme.url": "http://127.0.0.1:8101/api/",
    "accounts.library.lumme.client_id": "portal",
    "accounts.library.lumme.client_secret": "env:LUMME_SECRET",
    "accounts.library.lumme.lock_after": "6",
    "accounts.library.helka.connector": "alma",
    "accounts.library.helka.url": "http://127.0.0.1:8102",
    "accounts.logins": "card haka",
    "accounts.login.card.kind": "card",
    "accounts.login.haka.kind": "saml",
    "accounts.login.haka.library": "helka",
    "accounts.login.haka.metadata_url": "https://haka.example/metadata",
    "accounts.retention.warn_days": "30 7",
    "pyramid.reload_templates": "true",
}
PRODUCTION = {"accounts.public_url": "https://accounts.library.example"}


def faults_of(values: dict[str, str], environ: dict[str, str] | None = None) -> dict[str, str]:
    with pytest.raises(SettingsError) as raised:
        read_settings(values, environ or {})
    return {fault.key: fault.problem for fault in raised.value.faults}


def library(more: dict[str, str], stage: str = "development") -> Settings:
    values = {
        **PRODUCTION,
        "accounts.stage": stage,
        "accounts.libraries": "x",
        "accounts.library.x.connector": "koha",
    }
    return read_settings(
        {**values, **{f"accounts.library.x.{name}": text for name, text in more.items()}}, {}
    )


def test_the_documented_example_is_read() -> None:
    settings = read_settings(EXAMPLE, {})
    assert settings.public_url == "http://127.0.0.1:6543"
    assert settings.limits.account == RateLimit(10, 900)
    assert settings.retention.warn_days == (30, 7)
    lumme, helka = settings.libraries
    assert (lumme.title("en"), lumme.title("sv"), helka.title("fi")) == (
        "LUMME libraries",
        "LUMME-kirjastot",
        "helka",
    )
    assert lumme.url == "http://127.0.0.1:8101/api"
    assert lumme.options == {"client_id": "portal", "client_secret": "env:LUMME_SECRET"}
    assert settings.logins[1].kind == "saml"
    assert settings.logins[1].options == {"metadata_url": "https://haka.example/metadata"}
    assert not settings.faulty_libraries
    assert not settings.warnings


def test_nothing_at_all_gives_the_defaults_in_development() -> None:
    settings = read_settings({}, {})
    assert settings.stage == "development"
    assert settings == Settings(warnings=settings.warnings)
    assert "stage is left out" in settings.warnings[0]


def test_a_public_address_means_production_when_no_stage_is_given() -> None:
    settings = read_settings(PRODUCTION, {})
    assert settings.stage == "production"
    assert settings.check_answers == 0.01
    assert any("folder" in warning for warning in settings.warnings)


@pytest.mark.parametrize("host", ["127.0.0.1:1", "localhost", "[::1]:80", "demo.localhost"])
def test_a_loopback_address_means_development_when_no_stage_is_given(host: str) -> None:
    assert read_settings({"accounts.public_url": f"http://{host}"}, {}).stage == "development"


@pytest.mark.parametrize("host", ["127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1"])
def test_what_only_looks_like_loopback_means_production(host: str) -> None:
    assert "accounts.public_url" in faults_of({"accounts.public_url": f"http://{host}"})


def test_every_fault_is_reported_at_once() -> None:
    found = faults_of(
        {
            "accounts.stage": "prodution",
            "accounts.page_deadline": "soon",
            "accounts.languages": "fi de",
            "accounts.langauges": "fi",
            "accounts.broker_url": "redis://127.0.0.1",
            "accounts.libraries": "lumme",
            "accounts.library.lumme.timeout": "long",
            "accounts.library.lume.url": "https://x.example",
            "accounts.logins": "card haka",
            "accounts.login.card.kind": "card",
            "accounts.login.card.library": "nowhere",
        }
    )
    assert set(found) == {
        "accounts.stage",
        "accounts.page_deadline",
        "accounts.languages",
        "accounts.langauges",
        "accounts.broker_url",
        "accounts.library.lumme.connector",
        "accounts.library.lumme.timeout",
        "accounts.library.lume",
        "accounts.login.card.library",
        "accounts.login.haka.kind",
    }
    assert "did you mean accounts.languages?" in found["accounts.langauges"]
    assert "did you mean accounts.library.lumme?" in found["accounts.library.lume"]
    assert "Celery" in found["accounts.broker_url"]


def test_the_message_has_one_line_for_each_fault_with_an_example() -> None:
    with pytest.raises(SettingsError) as raised:
        read_settings({"accounts.page_deadline": "soon", "accounts.nonsense": "1"}, {})
    title, *lines = str(raised.value).splitlines()
    assert title.startswith("2 faults")
    assert "accounts.page_deadline = 2.5" in lines[0]
    assert len(lines) == 2


def test_a_faulty_library_is_left_out_and_stops_nobody() -> None:
    settings = read_settings({**EXAMPLE, "accounts.library.helka.timeout": "long"}, {})
    assert [each.name for each in settings.libraries] == ["lumme"]
    assert [fault.key for fault in settings.faulty_libraries["helka"]] == ["accounts.library.helka.timeout"]


def test_a_listed_library_without_any_key_is_faulty_not_fatal() -> None:
    settings = read_settings({"accounts.libraries": "x"}, {})
    assert "accounts.library.x.connector" in {fault.key for fault in settings.faulty_libraries["x"]}


def test_a_pattern_of_card_numbers_is_compiled_and_there_is_none_by_default() -> None:
    pattern = library({"card_number_pattern": "[0-9]{11}"}).libraries[0].card_number_pattern
    assert pattern is not None
    assert pattern.fullmatch("21270000057")
    assert not pattern.fullmatch("reader57")
    assert library({}).libraries[0].card_number_pattern is None
    assert library({"card_number_pattern": ""}).libraries[0].card_number_pattern is None


@pytest.mark.parametrize("given", ["[0-9", "(CANARY", "*", "a{1,99999999999}", "(?P<a>x)(?P<a>y)"])
def test_a_pattern_that_is_none_is_a_fault_of_its_library_and_not_repeated(given: str) -> None:
    settings = library({"card_number_pattern": given})
    assert not settings.libraries
    (fault,) = settings.faulty_libraries["x"]
    assert fault.key == "accounts.library.x.card_number_pattern"
    assert fault.problem == "must be a regular expression of Python"
    assert given not in fault.problem


def test_plain_http_to_a_library_is_taken_on_this_machine_in_development_only() -> None:
    assert library({"url": "http://127.0.0.1:8101/api"}).libraries
    assert "x" in library({"url": "http://koha.example/api"}).faulty_libraries
    assert "x" in library({"url": "http://127.0.0.1:8101/api"}, "production").faulty_libraries


def test_plain_http_that_is_allowed_explicitly_warns() -> None:
    settings = library({"url": "http://koha.example/api", "insecure": "true"}, "production")
    assert settings.libraries[0].insecure
    assert any("accounts.library.x.insecure" in warning for warning in settings.warnings)


def test_an_insecure_switch_that_nothing_needs_does_not_warn() -> None:
    settings = library({"url": "https://koha.example/api", "insecure": "true"})
    assert not settings.warnings


def test_the_card_login_is_there_when_logins_are_left_out() -> None:
    (login,) = read_settings({"accounts.login.card.name": "Library card"}, {}).logins
    assert (login.name, login.kind, login.title("fi")) == ("card", "card", "Library card")


def test_a_login_may_name_a_library_that_is_faulty() -> None:
    settings = read_settings({**EXAMPLE, "accounts.library.helka.timeout": "long"}, {})
    assert settings.logins[1].library == "helka"


def test_a_login_that_is_not_listed_is_a_fault() -> None:
    assert "accounts.login.email" in faults_of({"accounts.login.email.kind": "email"})


def test_a_value_that_is_not_text_is_a_fault() -> None:
    assert faults_of({"accounts.schedule": False}) == {"accounts.schedule": "must be text"}  # type: ignore[dict-item]


def test_production_takes_no_password_inside_a_url() -> None:
    url = "postgresql+psycopg://portal:hunter2@db.example/accounts"
    found = faults_of({**PRODUCTION, "accounts.database_url": url})
    assert "env:NAME" in found["accounts.database_url"]
    assert "hunter2" not in str(found)
    settings = read_settings({**PRODUCTION, "accounts.database_url": "env:DB"}, {"DB": url})
    assert settings.database_url == Secret(url)


def test_production_takes_a_url_without_a_password() -> None:
    settings = read_settings(
        {**PRODUCTION, "accounts.database_url": "postgresql+psycopg://portal@db/accounts"}, {}
    )
    assert settings.database_url.reveal().startswith("postgresql")


SMTP = {
    **PRODUCTION,
    "accounts.mail_url": "smtp://portal@mail.example",
    "accounts.mail_password": "env:MAIL",
    "accounts.mail_from": "Kirjasto Äänekoski <accounts@library.example>",
}


def test_mail_by_smtp_is_encrypted_on_port_587() -> None:
    mail = read_settings(SMTP, {"MAIL": "s3cret"}).mail
    assert (mail.kind, mail.host, mail.port, mail.user) == ("smtp", "mail.example", 587, "portal")
    assert mail.starttls
    assert not mail.tls
    assert mail.password == Secret("s3cret")


def test_smtps_is_tls_from_the_start() -> None:
    mail = read_settings(
        {**SMTP, "accounts.mail_url": "smtps://portal@mail.example"}, {"MAIL": "s3cret"}
    ).mail
    assert (mail.port, mail.tls, mail.starttls) == (465, True, False)


def test_mail_needs_its_password_and_a_sender() -> None:
    found = faults_of({**PRODUCTION, "accounts.mail_url": "smtp://portal@mail.example"})
    assert set(found) == {"accounts.mail_password", "accounts.mail_from"}


def test_a_mail_password_is_never_sent_unencrypted_to_another_machine() -> None:
    found = faults_of({**SMTP, "accounts.mail_insecure": "true"}, {"MAIL": "x"})
    assert set(found) == {"accounts.mail_insecure"}


def test_a_relay_on_this_machine_needs_no_encryption_in_development() -> None:
    values = {"accounts.mail_url": "smtp://127.0.0.1:25", "accounts.mail_from": "a@b.example"}
    assert not read_settings(values, {}).mail.starttls
    assert read_settings({**PRODUCTION, **values}, {}).mail.starttls
    allowed = read_settings({**PRODUCTION, **values, "accounts.mail_insecure": "true"}, {})
    assert not allowed.mail.starttls
    assert any("unencrypted" in warning for warning in allowed.warnings)


CANARY = "9Z7-CANARY"


@pytest.mark.parametrize(
    "key",
    [
        "accounts.mail_password",
        "accounts.database_url",
        "accounts.cache_url",
        "accounts.page_deadline",
        "accounts.languages",
        "accounts.public_url",
        "accounts.mail_url",
        "accounts.keys",
        "accounts.trusted_proxies",
        "accounts.nonsense",
        "accounts.limits.account",
        "accounts.mail_from",
    ],
)
def test_a_secret_on_any_line_never_reaches_the_message(key: str) -> None:
    for value in (
        CANARY,
        f"smtp://u:{CANARY}@host",
        f"redis://:{CANARY}@h",
        f"env:{CANARY}",
        f"https://{CANARY}@x",
    ):
        assert CANARY not in outcome({**PRODUCTION, key: value})


def outcome(values: dict[str, str]) -> str:
    try:
        return repr(read_settings(values, {}))
    except SettingsError as error:
        return str(error)


def test_the_repr_of_settings_shows_no_secret() -> None:
    values = {**EXAMPLE, "accounts.library.lumme.client_secret": CANARY}
    assert CANARY not in repr(read_settings(values, {}))
