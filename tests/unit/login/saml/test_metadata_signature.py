"""Whether metadata is what the federation signed (checklist M5, M2)."""

import re
from pathlib import Path

import pytest
from tests.factories.federation import (
    NAMESPACES,
    SHA1,
    SHA256,
    XMLSEC1,
    Signer,
    alone,
    entity,
    in_days,
    listed,
    signature,
)
from tests.fixtures.absent import needs

from discovery_accounts.login.saml.metadata import MetadataRefused
from discovery_accounts.login.saml.metadata_signature import read_certificates, verify

GOOD = "https://idp.campus.example/idp"
EVIL = "https://idp.evil.example/idp"

pytestmark = pytest.mark.saml


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    needs("xmlsec1 (Debian: xmlsec1)", XMLSEC1 is not None)
    return Signer.make(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return Signer.make(tmp_path_factory.mktemp("keys"), "stranger")


@pytest.fixture(scope="module")
def signed(signer: Signer) -> str:
    return signer.sign(listed([entity(GOOD), entity("https://idp.other.example")], until=in_days(5)))


@pytest.fixture
def refused(tmp_path: Path, signer: Signer) -> "Refused":
    return Refused(tmp_path / "metadata.xml", signer)


class Refused:
    """The code of the refusal of a document, ``None`` for one that is taken."""

    def __init__(self, path: Path, signer: Signer) -> None:
        self._path, self._signer = path, signer

    def __call__(self, document: str | bytes, *pinned: Path) -> str | None:
        self._path.write_bytes(document.encode() if isinstance(document, str) else document)
        certificates = [one for path in pinned or (self._signer.pinned,) for one in read_certificates(path)]
        try:
            verify(self._path, certificates)
        except MetadataRefused as refusal:
            return refusal.code
        return None


def evil_list(identity: str, inside: str) -> str:
    return f'<md:EntitiesDescriptor {NAMESPACES} ID="{identity}">{inside}</md:EntitiesDescriptor>'


def mark_of(signed: str) -> str:
    found = re.search(r"<ds:Signature>.*?</ds:Signature>", signed, re.DOTALL)
    assert found is not None
    return found[0]


def body_of(signed: str) -> str:
    return signed.removeprefix('<?xml version="1.0"?>').strip()


def test_a_list_signed_by_the_federation_is_taken(refused: Refused, signed: str) -> None:
    assert refused(signed) is None


def test_one_entity_signed_by_the_federation_is_taken(refused: Refused, signer: Signer) -> None:
    assert refused(signer.sign(alone(GOOD, extra=signature("_one"), attributes='ID="_one"'))) is None


def test_m5_a_changed_list_is_refused(refused: Refused, signed: str) -> None:
    assert refused(signed.replace("campus.example", "evil.example")) == "signature"
    assert refused(signed.replace(' ID="_list" validUntil="2', ' ID="_list" validUntil="3')) == "signature"


def test_m5_an_unsigned_list_is_refused(refused: Refused, signed: str) -> None:
    assert refused(listed([entity(GOOD)], unsigned=True)) == "unsigned"
    assert refused(signed.replace(mark_of(signed), "")) == "unsigned"


def test_m5_a_signature_by_somebody_else_is_refused(
    refused: Refused, signed: str, stranger: Signer, signer: Signer
) -> None:
    assert refused(stranger.sign(listed([entity(EVIL)]))) == "signature"
    assert refused(signed, stranger.pinned) == "signature"


def test_m5_while_the_federation_changes_its_key_either_is_good(
    refused: Refused, signed: str, signer: Signer, stranger: Signer, tmp_path: Path
) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(stranger.pinned.read_bytes() + signer.pinned.read_bytes())
    assert refused(signed, both) is None


def test_m5_a_signed_list_wrapped_into_another_is_refused(refused: Refused, signed: str) -> None:
    inside = entity(EVIL) + body_of(signed)
    assert refused(evil_list("_evil", inside)) == "unsigned"
    assert refused(evil_list("_list", inside)) == "unsigned"


def test_m5_an_evil_root_that_bears_the_signature_of_a_parked_original_is_refused(
    refused: Refused, signed: str
) -> None:
    mark = mark_of(signed)
    parked = f"<md:Extensions>{body_of(signed).replace(mark, '')}</md:Extensions>"
    assert refused(evil_list("_evil", mark + parked + entity(EVIL))) == "reference"
    assert refused(evil_list("_list", mark + parked + entity(EVIL))) == "id_not_unique"
    original = body_of(signed).replace(mark, "")
    within = mark.replace("</ds:Signature>", f"<ds:Object>{original}</ds:Object></ds:Signature>")
    assert refused(evil_list("_list", within + entity(EVIL))) == "signature_shape"


def test_m5_a_good_signature_elsewhere_does_not_vouch_for_the_root(
    refused: Refused, signed: str, stranger: Signer
) -> None:
    mark = mark_of(stranger.sign(listed([entity(EVIL)], identity="_evil")))
    assert refused(evil_list("_evil", body_of(signed) + mark + entity(EVIL))) == "signature"
    assert refused(evil_list("_evil", mark + body_of(signed) + entity(EVIL))) == "signature"


def test_m5_a_reference_that_was_rewritten_is_refused(refused: Refused, signed: str) -> None:
    for uri in ("", "#_other", "#xpointer(/)", "#xpointer(id('_list'))"):
        assert refused(signed.replace('URI="#_list"', f'URI="{uri}"')) == "reference"
    assert refused(signed.replace('URI="#_list"', "")) == "reference"
    moved = signed.replace('ID="_list"', 'ID="_moved"').replace('URI="#_list"', 'URI="#_moved"')
    assert refused(moved) == "signature"


def test_m5_a_signed_entity_in_an_unsigned_list_is_refused(refused: Refused, signer: Signer) -> None:
    one = body_of(signer.sign(alone(GOOD, extra=signature("_one"), attributes='ID="_one"')))
    assert refused(listed([one, entity(EVIL)], unsigned=True)) == "unsigned"
    outside = evil_list("_evil", mark_of(one) + one.replace(mark_of(one), "") + entity(EVIL))
    assert refused(outside) == "reference"


def test_m5_two_signatures_are_refused(refused: Refused, signed: str) -> None:
    mark = mark_of(signed)
    assert refused(signed.replace(mark, mark + mark)) == "two_signatures"


def test_m5_weak_algorithms_are_refused_though_the_signature_is_right(
    refused: Refused, signer: Signer
) -> None:
    assert refused(signer.sign(listed([entity(GOOD)], algorithms=SHA1))) == "weak_algorithm"
    for mixed in ((SHA1[0], SHA256[1]), (SHA256[0], SHA1[1])):
        assert refused(signer.sign(listed([entity(GOOD)], algorithms=mixed))) == "weak_algorithm"


def test_m5_a_transform_that_leaves_things_out_is_refused(refused: Refused, signer: Signer) -> None:
    picking = (
        '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>'
        '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116">'
        "<ds:XPath>not(ancestor-or-self::md:EntityDescriptor)</ds:XPath></ds:Transform>"
    )
    assert refused(signer.sign(listed([entity(GOOD)], transforms=picking))) == "transform"


def test_m2_a_document_type_is_refused_before_anything_is_read(refused: Refused, signed: str) -> None:
    body = body_of(signed)
    assert refused('<!DOCTYPE md:EntitiesDescriptor [<!ENTITY a "b">]>' + body) == "document_type"
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    bomb = f"<!DOCTYPE x [{laughs}]>" + body.replace('ID="_list"', 'ID="_list" x="&l11;"')
    assert refused(bomb) == "document_type"
    outside = '<!DOCTYPE x SYSTEM "file:///etc/passwd">' + body
    assert refused(outside) == "document_type"
    assert refused("<!-- long -->" * 20_000 + outside) == "document_type"


def test_m2_another_encoding_is_refused(refused: Refused, signed: str) -> None:
    assert refused(body_of(signed).encode("utf-16")) == "encoding"
    assert refused('<?xml version="1.0" encoding="ISO-8859-1"?>' + body_of(signed)) == "encoding"


@pytest.mark.parametrize("document", ["", "no xml", "<md:EntitiesDescriptor", "<html ID='_list'/>"])
def test_what_is_no_metadata_is_refused(refused: Refused, document: str) -> None:
    assert refused(document) in {"not_xml", "not_metadata"}


def test_a_list_cut_short_is_refused(refused: Refused, signed: str) -> None:
    assert refused(signed[: len(signed) // 2]) == "not_xml"


def test_a_certificate_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("nothing")
    for path in (tmp_path / "no.pem", tmp_path / "absent.pem"):
        with pytest.raises(MetadataRefused, match="certificate"):
            read_certificates(path)
