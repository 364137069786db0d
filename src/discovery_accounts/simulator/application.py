"""Puts one simulated library behind HTTP."""

from aiohttp import web

from discovery_accounts.simulator.alma.imitation import Alma
from discovery_accounts.simulator.control import Control
from discovery_accounts.simulator.gate import make_gate
from discovery_accounts.simulator.koha.imitation import Koha
from discovery_accounts.simulator.outage import Outage
from discovery_accounts.simulator.paia.imitation import Paia
from discovery_accounts.simulator.simulation import Imitation, Simulation


def make_application(simulation: Simulation, outage: Outage) -> web.Application:
    """The imitated API and the control addresses as one aiohttp application."""
    imitation: Imitation
    if simulation.kind == "koha":
        imitation = Paia(simulation) if simulation.manners.paia else Koha(simulation)
        application = web.Application(middlewares=[make_gate(simulation, imitation)])
    else:
        imitation = alma = Alma(simulation)
        application = web.Application(middlewares=[make_gate(simulation, imitation)])
        application.on_response_prepare.append(alma.sign)
    application.add_routes(Control(simulation, outage).routes())
    application.add_routes(imitation.routes())
    return application


def make_runner(simulation: Simulation, outage: Outage) -> web.AppRunner:
    """A runner that writes no access log and gives a call up when its caller does."""
    return web.AppRunner(
        make_application(simulation, outage),
        access_log=None,
        handler_cancellation=True,
        shutdown_timeout=0.05,
    )
