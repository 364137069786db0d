"""One module per thing a person or a job does. Services own what a transaction means.

Each keeps its transactions short and asks libraries only between them, so that no database
connection waits for a library. A service takes the :class:`~discovery_accounts.services.house.House`
and what it needs of it; it raises :class:`~discovery_accounts.services.problems.Problem` for a "no".
"""
