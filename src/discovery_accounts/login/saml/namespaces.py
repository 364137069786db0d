"""The names in SAML messages."""

SAMLP_URI = "urn:oasis:names:tc:SAML:2.0:protocol"
SAML_URI = "urn:oasis:names:tc:SAML:2.0:assertion"
MD_URI = "urn:oasis:names:tc:SAML:2.0:metadata"
DS_URI = "http://www.w3.org/2000/09/xmldsig#"
XENC_URI = "http://www.w3.org/2001/04/xmlenc#"
MDUI_URI = "urn:oasis:names:tc:SAML:metadata:ui"
SHIBMD_URI = "urn:mace:shibboleth:metadata:1.0"
EC_URI = "http://www.w3.org/2001/10/xml-exc-c14n#"
XML_URI = "http://www.w3.org/XML/1998/namespace"

SAMLP, SAML, MD = f"{{{SAMLP_URI}}}", f"{{{SAML_URI}}}", f"{{{MD_URI}}}"
DS, XENC, EC = f"{{{DS_URI}}}", f"{{{XENC_URI}}}", f"{{{EC_URI}}}"
MDUI, SHIBMD = f"{{{MDUI_URI}}}", f"{{{SHIBMD_URI}}}"

POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"

NAMEID_PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
NAMEID_TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
