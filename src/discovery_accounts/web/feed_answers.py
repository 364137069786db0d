"""What all feeds have in common, for programs that ask again and again and can't sign in."""

import hashlib
import re

from pyramid.response import Response

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no place for (production 2, Char)."""


def feed_answer(body: bytes, content_type: str) -> Response:
    """What has not changed is a 304. The one that asked may keep it, nobody between us: the address may be a secret,
    which no link in it gives away."""
    answer = Response(body, content_type=content_type, charset="utf-8", conditional_response=True)
    answer.etag = hashlib.sha256(body).hexdigest()[:32]
    answer.cache_control = "private, no-cache"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def xml_text(text: str) -> str:
    """Without what would make a feed no XML, for every item of it."""
    return _NOT_XML.sub("", text)
