"""h2, by hand over a socket: python h2_client.py HOST PORT CERTIFICATE FILE ("" for no TLS). Prints what it got as JSON."""

import json
import sys

from h2_connection import Connection

host, port, certificate, path = sys.argv[1:]
size = 100 * 1024 * 1024


def parts():
    with open(path, "rb") as file:
        while part := file.read(1 << 18):
            yield part


def summary(answer):
    return {"bytes": answer["bytes"], "sha256": answer["sha256"]}


connection = Connection(host, port, certificate)
download = summary(connection.exchange("GET", f"/content?{size}"))
upload = json.loads(connection.exchange("POST", "/hash", parts())["text"])
echo = summary(connection.exchange("POST", "/echo", parts()))
trailing = connection.exchange(
    "POST", "/trailers", iter([b"hello"]), [("te", "trailers")], [("x-sent", "1"), ("x-more", "2")]
)
connection.ping()
# A stream that is given up says nothing about the others.
given_up = connection.request("GET", f"/content?{size}")
connection.state.reset_stream(given_up)
after = connection.exchange("GET", "/")
connection.state.close_connection()
connection.flush()

print(
    json.dumps(
        {
            "download": download,
            "upload": upload,
            "echo": echo,
            "sentTrailers": json.loads(trailing["text"]),
            "gotTrailers": trailing["trailers"],
            "afterReset": after["text"].decode(),
        }
    )
)
