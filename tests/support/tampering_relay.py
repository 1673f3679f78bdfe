"""A relay before the service that changes what the service says, as no service of ours would."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

# Given the number of the connection, from 0, and what the service says: what is said instead.
Tamper = Callable[[int, str], Iterable[str]]


@asynccontextmanager
async def tampering_relay(upstream: str, tamper: Tamper) -> AsyncIterator[str]:
    """The URL of a relay to a WebSocket, until the block ends."""
    count = 0

    async def relay(client: ServerConnection) -> None:
        nonlocal count
        number, count = count, count + 1
        async with connect(upstream, compression=None) as service:
            sending = asyncio.create_task(_pass_on(client, service))
            with contextlib.suppress(ConnectionClosed):
                async for text in service:
                    for one in tamper(number, str(text)):
                        await client.send(one)
            await client.close()
            await sending

    async with serve(relay, "127.0.0.1", 0, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        # Elsewhere than the service: what comes from here is not as its schema says.
        yield f"ws://127.0.0.1:{port}/tampered"


async def _pass_on(client: ServerConnection, service: ClientConnection) -> None:
    with contextlib.suppress(ConnectionClosed):
        async for text in client:
            await service.send(text)
    await service.close()
