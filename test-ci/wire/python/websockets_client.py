"""websockets: python websockets_client.py URL CERTIFICATE FILE. Prints what it got as JSON."""

import asyncio
import hashlib
import json
import ssl
import sys

import websockets

url, certificate, path = sys.argv[1:]
context = ssl.create_default_context(cafile=certificate) if url.startswith("wss:") else None
MESSAGE = 1024 * 1024


def messages():
    with open(path, "rb") as file:
        while message := file.read(MESSAGE):
            yield message


async def send(socket):
    for message in messages():
        await socket.send(message)


async def echo(compression):
    digest = hashlib.sha256()
    count = 0
    async with websockets.connect(
        url, ssl=context, compression=compression, max_size=None, proxy=None
    ) as socket:
        sending = asyncio.create_task(send(socket))
        while count < 100 * MESSAGE:
            message = await socket.recv()
            digest.update(message)
            count += len(message)
        await sending
        extensions = [extension.name for extension in socket.protocol.extensions]
        await socket.close(1000, "done")
        return {
            "bytes": count,
            "sha256": digest.hexdigest(),
            "extensions": extensions,
            "code": socket.close_code,
        }


async def manners():
    """Text, fragments, an empty message, a ping."""
    async with websockets.connect(url, ssl=context, proxy=None) as socket:
        got = []
        for message in ["grüße 🦊", "", "x" * 70_000, ["in ", "three ", "fragments"]]:
            await socket.send(message)
            got.append(await socket.recv())
        await asyncio.wait_for(await socket.ping(), 10)
        got[2] = len(got[2])
        return got + [extension.name for extension in socket.protocol.extensions]


async def main():
    # Compressing all 100 MiB on one core would take longer than all the rest.
    print(json.dumps({"plain": await echo(None), "manners": await manners()}))


asyncio.run(main())
