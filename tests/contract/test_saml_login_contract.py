"""The SAML login keeps what the contract says of logins at a provider."""

import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

import pytest
from tests.factories.saml_login import KnownEntities
from tests.fixtures.saml_provider import make_pair

from discovery_accounts.login.saml import KIND
from discovery_accounts.login.saml.api import Entities
from discovery_accounts.testing.login_contract import ProviderLoginContract
from discovery_accounts.testing.login_world import LoginTrouble

_ENTITY = "https://idp.example/metadata"
_NOT_ASKED = "only browsers go to the provider"
_METADATA = """<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity}">
<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:KeyDescriptor><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
<ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{location}"/>
</md:IDPSSODescriptor></md:EntityDescriptor>"""


class SamlWorld:
    kind = KIND
    cannot: ClassVar[Mapping[str, str]] = {
        LoginTrouble.IS_DOWN: _NOT_ASKED,
        LoginTrouble.HANGS: _NOT_ASKED,
        LoginTrouble.IS_SOMEBODY_ELSE: _NOT_ASKED,
        LoginTrouble.REFUSES_US: _NOT_ASKED,
    }

    def __init__(self, folder: Path, location: str) -> None:
        certificate, key = make_pair(folder, "sp")
        theirs, _ = make_pair(folder, "idp")
        base64 = "".join(theirs.read_text().splitlines()[1:-1])
        metadata = _METADATA.format(entity=_ENTITY, certificate=base64, location=location)
        self.secrets = (key.read_text().splitlines()[5],)
        self.entities = KnownEntities((_ENTITY, metadata.encode()))
        self.memories: Mapping[type, object] = {Entities: self.entities}
        self.options = {
            "metadata_file": str(theirs),
            "certificate": str(certificate),
            "key": f"file:{key}",
        }

    def make(self, trouble: LoginTrouble) -> None:
        assert trouble is LoginTrouble.SENDS_GARBAGE
        self.entities.xml[_ENTITY] = b"<html>"


class TestSaml(ProviderLoginContract):
    @pytest.fixture
    def world(self, tmp_path: Path) -> Iterator[SamlWorld]:
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            yield SamlWorld(tmp_path, f"http://127.0.0.1:{nobody.getsockname()[1]}/sso")
