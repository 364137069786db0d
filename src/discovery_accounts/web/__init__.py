"""Everything that knows HTTP: routes, pages, the JSON API.

A request comes in by :mod:`routes`, is opened by :mod:`entrance` (who asks, is a change really
meant, which headers go back) and given to a view as a :class:`~discovery_accounts.web.visit.Visit`.
Views call services and turn what comes back into a page or JSON; they decide nothing.
"""
