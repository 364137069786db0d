"""TLS that verifies.

ldap3's own does not by default, and its check of names knows no addresses on Python 3.12 and later;
OpenSSL's knows names and addresses everywhere.
"""

import ssl
from pathlib import Path


def verifying_context(ca_file: Path | None) -> ssl.SSLContext:
    """TLS 1.2 or later, with certificate and host name (or address) verified.

    Raises ``ValueError`` in words for IT when ``ca_file`` can't be used.
    """
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except ssl.SSLError:
        raise ValueError("holds no certificate in PEM format") from None
    except OSError as problem:
        raise ValueError(f"can't be read: {problem.strerror or 'not a file'}") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
