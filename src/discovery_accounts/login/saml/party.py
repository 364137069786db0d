"""We as a service provider: our addresses and key, and whom we may deal with."""

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.login.kinds import LoginTools
from discovery_accounts.login.provider import ProviderFailure
from discovery_accounts.login.saml.api import Entities
from discovery_accounts.login.saml.certificates import private_key
from discovery_accounts.login.saml.identity_provider import IdentityProvider, identity_provider
from discovery_accounts.login.saml.messages import Envelope
from discovery_accounts.login.saml.redirect import Kind, outgoing
from discovery_accounts.login.saml.settings import SamlSettings


class Party:
    """The entity id is the address of our metadata; all addresses are under ``tools.pages``."""

    def __init__(self, login: LoginSettings, settings: SamlSettings, tools: LoginTools) -> None:
        self.login = login
        self.settings = settings
        self.tools = tools
        self.entities: Entities = tools.memory(Entities)
        self.entity_id = f"{tools.pages}/metadata"
        self.acs = f"{tools.pages}/acs"
        self.slo = f"{tools.pages}/slo"
        self._key: RSAPrivateKey = private_key(settings.signing.key)

    def chosen(self, organisation: str | None) -> IdentityProvider:
        """The identity provider to ask: the one set, the one chosen, or the only one there is."""
        source = self.login.name
        name = self.settings.entity or organisation or self.entities.only(source)
        if name is None:
            raise ProviderFailure("no_organisation", "no identity provider, or none chosen of several")
        return self.provider(name)

    def provider(self, entity_id: str) -> IdentityProvider:
        """The identity provider of that entity id. Raises ``ProviderFailure``."""
        xml = self.entities.find(self.login.name, entity_id)
        if xml is None:
            raise ProviderFailure("unknown_organisation", "it is not in the metadata, or no longer")
        found = identity_provider(xml)
        if found.entity_id != entity_id:
            raise ProviderFailure("bad_metadata", "another entity id")
        if found.valid_until is not None and found.valid_until <= self.tools.now():
            raise ProviderFailure("metadata_expired")
        if not found.certificates:
            raise ProviderFailure("no_keys", "no certificate of a strong key for signing")
        return found

    def realms(self, provider: IdentityProvider) -> frozenset[str]:
        """The scopes it may speak for; those of our settings only where its metadata has none."""
        ours = self.settings.scopes if provider.entity_id == self.settings.entity else frozenset()
        return provider.scopes or ours

    def address(self, url: str | None) -> str:
        """An address that a browser may be sent to. Raises ``ProviderFailure``."""
        if url is None:
            raise ProviderFailure("no_redirect_binding", "it takes no messages by HTTP redirect")
        if not url.startswith(("https://", "http://") if self.tools.development else "https://"):
            raise ProviderFailure("insecure_address", "its address is not https")
        return url

    def envelope(self, destination: str) -> Envelope:
        return Envelope(self.entity_id, destination, self.tools.now())

    def sent(self, envelope: Envelope, kind: Kind, document: bytes, relay_state: str = "") -> str:
        """The address that carries our message."""
        return outgoing(envelope.destination, kind, document, self._key, relay_state)
