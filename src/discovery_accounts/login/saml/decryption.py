"""An encrypted NameID in an order to end a session."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from lxml import etree

from discovery_accounts.config.secret import Secret
from discovery_accounts.login.provider import ProviderFailure
from discovery_accounts.login.saml.documents import parse
from discovery_accounts.login.saml.namespaces import SAML
from discovery_accounts.login.saml.refused import Refused
from discovery_accounts.login.saml.shape import strong_encryption
from discovery_accounts.login.saml.xmlsec import XmlsecMissing, decrypt, write_key


def decrypted_name(root: etree._Element, keys: Sequence[Secret]) -> etree._Element:
    """The NameID inside a message that was verified. Raises ``Refused``."""
    strong_encryption(root)
    with TemporaryDirectory(prefix="accounts-saml-") as name:
        folder = Path(name)
        for key in keys:
            try:
                written = decrypt(etree.tostring(root), write_key(folder, key), folder)
            except XmlsecMissing as error:
                raise ProviderFailure("xmlsec1_missing", str(error)) from None
            found = parse(written).find(f"{SAML}EncryptedID/{SAML}NameID") if written else None
            if found is not None:
                return found
    raise Refused("not_decrypted")
