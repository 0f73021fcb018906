"""A network that fails on purpose: a proxy that refuses, is silent, slow, or loses answers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

Weather = Literal["fair", "refusing", "silent", "losing answers"]


@dataclass
class Proxy:
    """Passes bytes on to a server, as the weather is; `losing answers` has each request reach the server."""

    address: str = ""
    weather: Weather = "fair"
    fair_after: int | None = None
    """How many more failures there are; then it is fair."""

    def fail(self, weather: Weather, times: int) -> None:
        """Have it fail so many times, and be fair afterwards."""
        self.weather, self.fair_after = weather, times

    def failed(self) -> None:
        """Count a failure."""
        if self.fair_after is not None:
            self.fair_after -= 1
            if self.fair_after <= 0:
                self.weather, self.fair_after = "fair", None


@contextmanager
def proxy_to(server: str) -> Iterator[Proxy]:
    """Serve a proxy to an address such as `http://127.0.0.1:80` until the block is left."""
    proxy, listening = Proxy(), socket.create_server(("127.0.0.1", 0))
    host, _, port = server.removeprefix("http://").partition(":")
    held: list[socket.socket] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listening.accept()
                held.append(client)
                threading.Thread(target=_pass_on, args=(proxy, client, (host, int(port))), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    proxy.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        yield proxy
    finally:
        for one in (listening, *held):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


def _pass_on(proxy: Proxy, client: socket.socket, server: tuple[str, int]) -> None:
    """Pass one request after the other on; the weather is asked for before each."""
    with suppress(OSError), socket.create_connection(server) as behind:
        threading.Thread(target=_copy, args=(behind, client, proxy), daemon=True).start()
        while data := client.recv(1 << 16):
            weather = proxy.weather
            if weather == "refusing":
                proxy.failed()
                break
            if weather != "silent":
                behind.sendall(data)
    with suppress(OSError):
        client.shutdown(socket.SHUT_RDWR)
    client.close()


def _copy(behind: socket.socket, client: socket.socket, proxy: Proxy) -> None:
    with suppress(OSError):
        while data := behind.recv(1 << 16):
            if proxy.weather == "losing answers":
                proxy.failed()
                break
            client.sendall(data)
    with suppress(OSError):
        client.shutdown(socket.SHUT_RDWR)
