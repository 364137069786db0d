"""Pretend library systems that answer over real HTTP, for the demo, the tests and the benchmarks.

Two imitations, one of Koha and one of Alma, each with a seeded population of patrons and loans, faults
on demand and a record of the calls that reached it. Nothing here imports another part of the project:
to the code under test these servers are strangers.

`discovery_accounts.simulator.server` holds the two entry points, `SimulatedLibrary` and `serve`.
"""
