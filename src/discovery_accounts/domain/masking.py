"""How personal data is shown to somebody of whom we are not sure enough (rules 4.6).

Each gives enough to recognise one's own, too little to learn another's. How long a value is must
not be told either.
"""

MASK = "…"


def mask_email(address: str) -> str:
    """``a…@e….org``: a host of one's own would be a name, too."""
    name, _, host = address.rpartition("@")
    domain, _, top = host.rpartition(".")
    return f"{name[:1]}{MASK}@{domain[:1]}{MASK}.{top}" if name and domain else MASK


def mask_name(name: str) -> str:
    """The first letter of each of its first two words."""
    return " ".join(f"{word[:1]}{MASK}" for word in name.split()[:2])


def mask_phone(number: str) -> str:
    """The last two digits."""
    digits = [sign for sign in number if sign.isdigit()]
    return f"{MASK}{''.join(digits[-2:])}" if len(digits) > 4 else MASK


def mask_user_name(name: str) -> str:
    """A user name, or an address: both are told apart by their ``@``."""
    return mask_email(name) if "@" in name else f"{name[:1]}{MASK}"
