"""Serve a small school until killed. Run by the benchmarks that kill a server, and by those that time one."""

from __future__ import annotations

from multiprocessing.connection import Connection
from socket import socket

import uvicorn

from api.app import create_app
from api.application.publishing.deliveries import delivering
from api.application.services import open_services
from api.platform import logs
from api.platform.settings import Settings
from tests.support.gate import FakeWords, fake_engine


def serve(settings: Settings, port: int, ready: Connection) -> None:
    """Say on `ready` that requests are taken; deliveries are sent meanwhile as in service."""
    logs.configure("error")
    with open_services(settings, fake_engine(), words=FakeWords()) as services, delivering(services.deliveries):
        config = uvicorn.Config(create_app(settings, services), port=port, log_config=None, access_log=False)
        server = _Server(config)
        server.ready = ready
        server.run()


class _Server(uvicorn.Server):
    """Says when it has begun."""

    ready: Connection

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.send(True)
