"""Reports of mail servers, as RFC 3464 describes them."""


def report(
    message_id: str, *, status: str = "5.1.1", action: str = "failed", whole: bool = False, extra: str = ""
) -> bytes:
    """``whole``: with the mail that came back, not with its headers alone."""
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    text = f"""From: MAILER-DAEMON@relay.example
To: accounts@library.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="line"
{extra}
--line
Content-Type: text/plain; charset=utf-8

I am sorry to tell you that your message could not be delivered.

--line
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; somebody@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such user

--line
Content-Type: {kind}

From: accounts@library.example
To: somebody@example.org
Subject: Reminders
Message-ID: {message_id}

{"Text" if whole else ""}
--line--
"""
    return text.replace("\n", "\r\n").encode()
