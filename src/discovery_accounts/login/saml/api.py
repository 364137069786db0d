"""What the SAML login asks of whoever keeps the metadata of identity providers; services implement it."""

from typing import Protocol


class Entities(Protocol):
    """Metadata that was verified before it was kept. ``source`` is the name of the login whose it is."""

    def find(self, source: str, entity_id: str) -> bytes | None:
        """The XML of the one ``EntityDescriptor``, ``None`` when it is unknown or no longer valid."""
        ...

    def only(self, source: str) -> str | None:
        """The entity id, where the source has exactly one identity provider that is valid."""
        ...
