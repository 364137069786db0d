"""Our own metadata: what an identity provider, or a federation, registers (saml-metadata 2.4.4)."""

from lxml import etree

from discovery_accounts.login.saml.attributes import PERSISTENT, URI_OF
from discovery_accounts.login.saml.certificates import in_metadata
from discovery_accounts.login.saml.namespaces import (
    DS,
    DS_URI,
    MD,
    MD_URI,
    MDUI,
    MDUI_URI,
    NAMEID_PERSISTENT,
    NAMEID_TRANSIENT,
    POST,
    REDIRECT,
    SAMLP_URI,
    XML_URI,
)
from discovery_accounts.login.saml.party import Party

_LANG = f"{{{XML_URI}}}lang"
_NAMES = {"md": MD_URI, "ds": DS_URI, "mdui": MDUI_URI}
_URI_FORMAT = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"


def descriptor(party: Party) -> bytes:
    """The ``EntityDescriptor``, UTF-8. It changes with the settings only."""
    entity = etree.Element(f"{MD}EntityDescriptor", nsmap=_NAMES, entityID=party.entity_id)
    role = etree.SubElement(
        entity,
        f"{MD}SPSSODescriptor",
        AuthnRequestsSigned="true",
        WantAssertionsSigned="true",
        protocolSupportEnumeration=SAMLP_URI,
    )
    names = _names(party)
    information = etree.SubElement(etree.SubElement(role, f"{MD}Extensions"), f"{MDUI}UIInfo")
    for language, name in names.items():
        etree.SubElement(information, f"{MDUI}DisplayName", {_LANG: language}).text = name
    _keys(role, party)
    etree.SubElement(role, f"{MD}SingleLogoutService", Binding=REDIRECT, Location=party.slo)
    formats = [NAMEID_TRANSIENT, NAMEID_PERSISTENT]
    for each in reversed(formats) if PERSISTENT in party.settings.subject else formats:
        etree.SubElement(role, f"{MD}NameIDFormat").text = each
    etree.SubElement(
        role, f"{MD}AssertionConsumerService", Binding=POST, Location=party.acs, index="0", isDefault="true"
    )
    _attributes(role, party, names)
    return etree.tostring(entity, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _names(party: Party) -> dict[str, str]:
    """The login's name by language; what is set without a language counts as English."""
    given = party.login.names
    found = {language or "en": name for language, name in sorted(given.items(), reverse=True)}
    return found or {"en": party.login.name}


def _keys(role: etree._Element, party: Party) -> None:
    settings = party.settings
    signing = [settings.signing, *([settings.next] if settings.next else [])]
    for use, pairs in (("signing", signing), ("encryption", settings.encryption)):
        for pair in pairs:
            key = etree.SubElement(role, f"{MD}KeyDescriptor", use=use)
            data = etree.SubElement(etree.SubElement(key, f"{DS}KeyInfo"), f"{DS}X509Data")
            etree.SubElement(data, f"{DS}X509Certificate").text = in_metadata(pair.certificate)


def _attributes(role: etree._Element, party: Party, names: dict[str, str]) -> None:
    """What we would like to be told: who it is (needed), and the fields of a person."""
    settings = party.settings
    needed = [name for name in settings.subject if name != PERSISTENT]
    wanted = [names[0] for names in settings.attributes.values() if names]
    wanted += [settings.shared_id] if settings.shared_id else []
    every = dict.fromkeys([*needed, *wanted])
    if not every:
        return
    service = etree.SubElement(role, f"{MD}AttributeConsumingService", index="0")
    for language, name in names.items():
        etree.SubElement(service, f"{MD}ServiceName", {_LANG: language}).text = name
    for name in every:
        uri = URI_OF.get(name, name)
        asked = etree.SubElement(
            service, f"{MD}RequestedAttribute", Name=uri, NameFormat=_URI_FORMAT, FriendlyName=name
        )
        if needed == [name]:
            asked.set("isRequired", "true")
