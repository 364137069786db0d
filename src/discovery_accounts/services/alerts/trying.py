"""Trying a query before an alert is made of it."""

from collections.abc import Mapping

from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.alerts import normal_form
from discovery_accounts.services.alerts.preview import PREVIEWS
from discovery_accounts.services.alerts.question import question_of
from discovery_accounts.services.alerts.shapes import Preview
from discovery_accounts.services.house import House
from discovery_accounts.services.throttles import Throttles

MOST_SUGGESTED = 12
"""Values of one filter."""


class Trying:
    def __init__(self, house: House) -> None:
        self._house = house

    def preview(
        self, actor: Actor, query: str, filters: Mapping[str, tuple[str, ...]], language: str | None
    ) -> Preview:
        """What the query would have found lately. Raises ``BadShape`` as ``Alerts.make`` does, ``Problem``
        ``too_many_attempts``."""
        house = self._house
        language = language or actor.language or house.settings.languages[0]
        if language not in house.settings.languages:
            raise BadShape("language", "unknown")
        written = question_of(query, filters, language)
        Throttles(house).count_asking("preview", PREVIEWS, str(actor.account_id))
        return house.recent.preview(house.database, normal_form.compile(written), house.now())

    def suggested(self) -> Mapping[str, tuple[str, ...]]:
        """Of each filter, values that new records have, the most frequent first."""
        return self._house.recent.values(self._house.database, self._house.now(), MOST_SUGGESTED)
