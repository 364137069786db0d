"""Mail as files."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from discovery_accounts.config.settings import MailSettings
from discovery_accounts.mail.api import MailDelayed, Message
from discovery_accounts.mail.build import build_mailer
from discovery_accounts.mail.folder import FolderMailer
from discovery_accounts.mail.smtp import SmtpMailer

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def test_a_message_becomes_one_file_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "mail"
    FolderMailer(folder, "a@b.example", lambda: NOW).send(
        Message("c@d.example", "S", "T", message_id="<1@x>")
    )
    (file,) = folder.iterdir()
    assert file.name == "20260301T093000.000000-1_x.eml"
    assert file.stat().st_mode & 0o777 == 0o600
    assert message_from_bytes(file.read_bytes(), policy=default)["To"] == "c@d.example"


def test_a_message_id_cannot_leave_the_folder(tmp_path: Path) -> None:
    message = Message("c@d.example", "S", "T", message_id="<../../../etc/x@y>")
    FolderMailer(tmp_path / "mail", "a@b.example").send(message)
    (file,) = (tmp_path / "mail").iterdir()
    assert file.parent == tmp_path / "mail"


def test_a_session_writes_each_message(tmp_path: Path) -> None:
    mailer = build_mailer(MailSettings("folder", tmp_path), "development")
    with mailer.session() as session:
        for _ in range(3):
            session.send(Message("c@d.example", "S", "T"))
    assert len(list(tmp_path.glob("*.eml"))) == 3


def test_a_folder_that_cannot_be_written_delays(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MailDelayed):
        FolderMailer(tmp_path / "file" / "mail", "a@b.example").send(Message("c@d.example", "S", "T"))


def test_plain_smtp_is_built_only_where_it_is_allowed() -> None:
    assert isinstance(build_mailer(MailSettings("smtp", host="127.0.0.1"), "development"), SmtpMailer)
    assert isinstance(build_mailer(MailSettings("smtp", host="h", starttls=True), "production"), SmtpMailer)
    assert isinstance(build_mailer(MailSettings("smtp", host="h", insecure=True), "production"), SmtpMailer)
    for settings, stage in (("127.0.0.1", "production"), ("mail.example", "development")):
        with pytest.raises(ValueError, match="encrypted"):
            build_mailer(MailSettings("smtp", host=settings), stage)  # type: ignore[arg-type]
