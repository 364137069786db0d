"""Shape of e-mail addresses, and how an address is shown to somebody who may not know it whole."""

import re

from discovery_accounts.domain.card_number import BadShape

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@(?:{_LABEL}\.)+[A-Za-z]{{2,63}}", re.ASCII)


def check_email(typed: str) -> str:
    """The address without blanks around it. Raises ``BadShape``; whether it works, only a mail shows."""
    address = typed.strip()
    if not address:
        raise BadShape("email", "missing")
    if len(address) > 254:
        raise BadShape("email", "too_long")
    if not _ADDRESS.fullmatch(address):
        raise BadShape("email", "bad_characters")
    return address


def usable(on_file: str | None) -> str | None:
    """What somebody else has in a field for it, if a mail can be sent there: no remark, no two addresses."""
    try:
        return check_email(on_file or "")
    except BadShape:
        return None


def masked(address: str) -> str:
    """``a…@example.org``: enough to recognise one's own address, too little to learn another's."""
    name, _, host = address.rpartition("@")
    return f"{name[:1]}…@{host}" if name else "…"
