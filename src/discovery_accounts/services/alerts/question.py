"""What an alert asks, read once and for all: words, filters and language in their normal form."""

from collections.abc import Mapping

from discovery_accounts.domain.alert_filters import read_filters
from discovery_accounts.domain.alert_query import BadQuery, read_query
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.alerts.normal_form import written


def question_of(query: str, filters: Mapping[str, tuple[str, ...]], language: str) -> str:
    """The question as the matching reads it; filters alone are one, too. Raises ``BadShape`` about ``query``, with the
    place, or about ``filters.<field>``."""
    read = read_filters(filters)
    words_given = bool(query.strip()) or not read.values
    try:
        return written(read_query(query) if words_given else None, read, language)
    except BadQuery as problem:
        raise BadShape("query", problem.reason.value, at=problem.at) from None
