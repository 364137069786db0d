"""Several people at once, each signed in from a network of their own."""

from tests.factories.portal import Client, Portal


def ten_people(portal: Portal) -> list[Client]:
    """Patrons of the Alma library, of all kinds that have a PIN there."""
    patrons = [patron for patron in portal.alma.patrons if patron.kind != "external"][:10]
    clients = []
    for number, patron in enumerate(patrons):
        clients.append(portal.client(REMOTE_ADDR=f"192.0.2.{number + 50}"))
        clients[-1].sign_in("helka", patron)
    assert len(clients) == 10
    return clients
