"""Whether loans are kept after they are returned, as one chooses it."""

from discovery_accounts.connectors.api import HistoryKeeping
from discovery_accounts.locale.marking import marked as _

KEEPING: dict[str, tuple[str, str]] = {
    HistoryKeeping.KEPT: (_("Keep them"), _("Until you choose otherwise.")),
    HistoryKeeping.BY_LIBRARY: (
        _("As the library usually does"),
        _("The library decides how long they are kept."),
    ),
    HistoryKeeping.NOT_KEPT: (
        _("Do not keep them"),
        _("From now on. What was kept so far stays."),
    ),
}
