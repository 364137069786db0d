"""From the settings to a mailer."""

from pathlib import Path

from discovery_accounts.config.settings import MailSettings
from discovery_accounts.config.stage import Stage, is_loopback
from discovery_accounts.mail.api import Mailer
from discovery_accounts.mail.folder import FolderMailer
from discovery_accounts.mail.smtp import SmtpMailer


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
