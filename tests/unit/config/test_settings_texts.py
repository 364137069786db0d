"""How text messages leave: what may be set, and what is never shown."""

import pytest

from discovery_accounts.config.faults import SettingsError
from discovery_accounts.config.reader import read_settings
from discovery_accounts.config.reference import show
from discovery_accounts.config.settings import Settings, TextSettings

PRODUCTION = {
    "accounts.public_url": "https://accounts.library.example",
    "accounts.database_url": "sqlite:////srv/accounts.db",
    "accounts.mail_url": "folder:/srv/mail",
}
ENVIRON = {"SMS": "s3cret-token"}
WEBHOOK = {"accounts.sms_url": "https://sms.example/send?token=abc", "accounts.sms_secret": "env:SMS"}


def read(**values: str) -> Settings:
    return read_settings({**PRODUCTION, **{f"accounts.{key}": text for key, text in values.items()}}, ENVIRON)


def test_left_out_there_are_none() -> None:
    assert read().texts is None


def test_a_web_service_has_its_token() -> None:
    texts = read_settings({**PRODUCTION, **WEBHOOK, "accounts.sms_country": "358"}, ENVIRON).texts
    assert texts is not None
    assert (texts.kind, texts.url, texts.country) == ("webhook", WEBHOOK["accounts.sms_url"], "358")
    assert texts.secret is not None
    assert texts.secret.reveal() == "s3cret-token"


def test_a_mail_gateway_needs_none() -> None:
    assert read(sms_url="smtp-gateway:sms.example").texts == TextSettings(
        "smtp-gateway", domain="sms.example"
    )


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"sms_url": "https://sms.example/send"}, "sms_secret"),
        ({"sms_url": "smtp-gateway:sms.example", "sms_secret": "env:SMS"}, "sms_secret"),
        ({"sms_secret": "env:SMS"}, "sms_secret"),
        ({"sms_url": "http://sms.example/send", "sms_secret": "env:SMS"}, "sms_url"),
        ({"sms_url": "http://127.0.0.1/send", "sms_secret": "env:SMS"}, "sms_url"),
        ({"sms_url": "https://me:pw@sms.example/send", "sms_secret": "env:SMS"}, "sms_url"),
        ({"sms_url": "smtp-gateway:"}, "sms_url"),
        ({"sms_url": "smtp-gateway:sms example"}, "sms_url"),
        ({"sms_url": "smtp-gateway:a@sms.example"}, "sms_url"),
        ({"sms_url": "smtp-gateway:sms.example", "sms_country": "+358"}, "sms_country"),
        ({"sms_url": "smtp-gateway:sms.example", "sms_country": "0358"}, "sms_country"),
        ({"sms_url": "https://sms.example", "sms_secret": "s3cret-token"}, "sms_secret"),
    ],
)
def test_what_can_not_be_is_told_by_its_key(values: dict[str, str], key: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(**values)
    assert {fault.key for fault in refused.value.faults} == {f"accounts.{key}"}
    assert "s3cret-token" not in str(refused.value)


def test_plain_http_is_for_this_machine_in_development() -> None:
    values = {"accounts.sms_url": "http://127.0.0.1:8025/send", "accounts.sms_secret": "literal"}
    assert read_settings(values, {}).texts is not None


def test_neither_token_is_shown() -> None:
    settings = read_settings({**PRODUCTION, **WEBHOOK}, ENVIRON)
    shown = show(settings)
    assert "accounts.sms_url = https://sms.example/send?token=***" in shown
    assert "accounts.sms_secret = ***" in shown
    assert not any(secret in shown + repr(settings) for secret in ("s3cret-token", "abc"))
