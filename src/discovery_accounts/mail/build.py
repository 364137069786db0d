"""From the settings to a mailer, and to what sends text messages."""

from pathlib import Path

from discovery_accounts.config.settings import MailSettings, TextSettings
from discovery_accounts.config.stage import Stage, is_loopback
from discovery_accounts.mail.api import Mailer
from discovery_accounts.mail.folder import FolderMailer
from discovery_accounts.mail.sms_gateway import SmtpGatewayTexts
from discovery_accounts.mail.sms_webhook import WebhookTexts
from discovery_accounts.mail.smtp import SmtpMailer
from discovery_accounts.mail.texts import Texts


def build_mailer(settings: MailSettings, stage: Stage) -> Mailer:
    """The mailer that the settings ask for.

    Raises ``ValueError`` where mail would travel unencrypted and nobody allowed it.
    """
    if settings.kind == "folder":
        return FolderMailer(settings.folder or Path("var/mail"), settings.sender)
    plain = not (settings.starttls or settings.tls)
    if plain and not settings.insecure and not (stage == "development" and is_loopback(settings.host)):
        raise ValueError("mail is sent encrypted, except to this machine in development")
    return SmtpMailer(settings)


def build_texts(settings: TextSettings | None, mailer: Mailer) -> Texts | None:
    """What sends text messages, where the settings have something; ``mailer`` is for a mail gateway."""
    if settings is None:
        return None
    if settings.kind == "smtp-gateway":
        return SmtpGatewayTexts(mailer, settings.domain)
    if settings.secret is None:
        raise ValueError("text messages are posted with a secret only")
    return WebhookTexts(settings.url, settings.secret)
