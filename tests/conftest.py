"""Wiring only: where the fixtures are."""

pytest_plugins = [
    "tests.fixtures.catalogue_servers",
    "tests.fixtures.databases",
    "tests.fixtures.directory",
    "tests.fixtures.libraries",
    "tests.fixtures.metadata_servers",
    "tests.fixtures.names",
    "tests.fixtures.openid_provider",
    "tests.fixtures.portals",
    "tests.fixtures.prism_mock",
    "tests.fixtures.redis",
    "tests.fixtures.saml_provider",
    "tests.fixtures.sip2",
]
