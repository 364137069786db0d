"""Text messages: posted with their token to one address over a verified connection, or by a mail gateway."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.factories.authority import Authority
from tests.factories.sms_service import SmsService, running_sms_service

from discovery_accounts.config.secret import Secret
from discovery_accounts.config.settings import TextSettings
from discovery_accounts.mail.api import MailDelayed, MailNotSent, MailRejected, MailUndeliverable
from discovery_accounts.mail.build import build_texts
from discovery_accounts.mail.folder import FolderMailer
from discovery_accounts.mail.sms_webhook import WebhookTexts
from discovery_accounts.mail.texts import TextMessage

NUMBER = "+358401234567"
TOKEN = "a-bearer-token"
MESSAGE = TextMessage(NUMBER, "Koodi: 123456", "0123abcd")


@pytest.fixture
def service() -> Iterator[SmsService]:
    with running_sms_service() as service:
        yield service


def post(service: SmsService, **more: object) -> None:
    with WebhookTexts(service.url, Secret(TOKEN), **more).session() as texts:  # type: ignore[arg-type]
        texts.send(MESSAGE)


def test_the_message_is_posted_once_as_json_with_the_token(service: SmsService) -> None:
    post(service)
    assert service.messages == [{"id": "0123abcd", "to": NUMBER, "text": "Koodi: 123456"}]
    [headers] = service.headers
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert headers["Idempotency-Key"] == "0123abcd"
    assert headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("status", [400, 409, 410, 422])
def test_a_message_that_the_service_refuses_is_not_sent_again(service: SmsService, status: int) -> None:
    service.status = status
    with pytest.raises(MailUndeliverable):
        post(service)


@pytest.mark.parametrize("status", [301, 401, 403, 404, 408, 429, 500, 503])
def test_anything_else_may_work_later(service: SmsService, status: int) -> None:
    service.status = status
    with pytest.raises(MailDelayed):
        post(service)


def test_a_redirect_gets_neither_the_token_nor_the_number(service: SmsService) -> None:
    with running_sms_service() as elsewhere:
        service.status, service.location = 307, elsewhere.url
        with pytest.raises(MailDelayed):
            post(service)
        assert elsewhere.seen == []


def test_a_service_that_hangs_is_given_up_in_time(service: SmsService) -> None:
    service.pause = 0.6
    with pytest.raises(MailDelayed):
        post(service, timeout=(0.2, 0.2))


def test_no_connection_may_work_later() -> None:
    with running_sms_service() as service:
        pass
    with pytest.raises(MailDelayed):
        post(service)


def test_the_environment_does_not_say_where_it_goes(
    service: SmsService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    post(service)
    assert len(service.messages) == 1


def test_a_failure_names_no_number_and_no_token(service: SmsService) -> None:
    service.status = 500
    with pytest.raises(MailNotSent) as failed:
        post(service)
    told = f"{failed.value!r} {failed.value} {failed.value.__context__!r} {failed.value.__cause__!r}"
    assert NUMBER.strip("+") not in told
    assert TOKEN not in told


def test_the_certificate_is_verified(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with running_sms_service(authority.server()) as service:
        with pytest.raises(MailDelayed):
            post(service)
        assert service.messages == []
        post(service, verify=str(authority.ca_file))
        assert len(service.messages) == 1


def test_a_mail_gateway_gets_a_mail_to_the_number(tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path, "accounts@library.example")
    texts = build_texts(TextSettings("smtp-gateway", domain="sms.example"), mailer)
    assert texts is not None
    with texts.session() as session:
        session.send(MESSAGE)
    [path] = tmp_path.glob("*.eml")
    mail = path.read_text()
    assert "To: 358401234567@sms.example" in mail
    assert "Koodi: 123456" in mail


@pytest.mark.parametrize(
    "number", ["0401234567", "358401234567", "+358 401234567", "+358401234567\r\nBcc: a@b.fi"]
)
def test_only_a_whole_number_is_sent_to(number: str) -> None:
    with pytest.raises(MailRejected):
        TextMessage(number, "text", "id")


def test_the_repr_shows_neither_number_nor_text() -> None:
    assert NUMBER.strip("+") not in repr(MESSAGE)
    assert "123456" not in repr(MESSAGE)


def test_nothing_is_sent_where_the_settings_say_nothing(tmp_path: Path) -> None:
    assert build_texts(None, FolderMailer(tmp_path, "a@b.example")) is None
