"""h2, by hand over a socket: python h2_client.py HOST PORT CERTIFICATE FILE ("" for no TLS). Prints what it got as JSON."""

import hashlib
import json
import socket
import ssl
import sys

import h2.config
import h2.connection
import h2.events

host, port, certificate, path = sys.argv[1:]
size = 100 * 1024 * 1024


def connect():
    plain = socket.create_connection((host, int(port)), timeout=60)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if certificate == "":
        return plain
    context = ssl.create_default_context(cafile=certificate)
    context.set_alpn_protocols(["h2"])
    return context.wrap_socket(plain, server_hostname="localhost")


class Connection:
    def __init__(self):
        self.socket = connect()
        self.state = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.state.initiate_connection()
        self.flush()

    def flush(self):
        self.socket.sendall(self.state.data_to_send())

    def request(self, method, target, fields=(), end=True):
        stream = self.state.get_next_available_stream_id()
        scheme = "http" if certificate == "" else "https"
        pseudo = [(":method", method), (":path", target), (":scheme", scheme), (":authority", host)]
        self.state.send_headers(stream, pseudo + list(fields), end_stream=end)
        self.flush()
        return stream

    def events(self):
        data = self.socket.recv(1 << 18)
        if not data:
            raise EOFError("the server closed the connection")
        return self.state.receive_data(data)

    def exchange(self, method, target, parts=None, fields=(), trailers=()):
        """Sends the parts as the windows allow, and takes the answer in the meantime."""
        stream = self.request(method, target, fields, end=parts is None)
        digest = hashlib.sha256()
        answer = {"bytes": 0, "fields": {}, "trailers": {}, "text": b""}
        rest = b""
        is_sent = parts is None
        while True:
            while not is_sent:
                if not rest:
                    rest = next(parts, b"")
                if not rest:
                    if trailers:
                        self.state.send_headers(stream, trailers, end_stream=True)
                    else:
                        self.state.end_stream(stream)
                    is_sent = True
                    break
                room = min(
                    self.state.local_flow_control_window(stream), self.state.max_outbound_frame_size
                )
                if room == 0:
                    break
                self.state.send_data(stream, rest[:room])
                rest = rest[room:]
            self.flush()
            for event in self.events():
                if isinstance(event, h2.events.ResponseReceived):
                    answer["fields"] = dict(event.headers)
                elif isinstance(event, h2.events.TrailersReceived):
                    answer["trailers"] = dict(event.headers)
                elif isinstance(event, h2.events.DataReceived):
                    digest.update(event.data)
                    answer["bytes"] += len(event.data)
                    if len(answer["text"]) < 10_000:
                        answer["text"] += event.data
                    self.state.acknowledge_received_data(event.flow_controlled_length, stream)
                elif isinstance(event, h2.events.StreamEnded):
                    self.flush()
                    answer["sha256"] = digest.hexdigest()
                    return answer
                elif isinstance(event, (h2.events.StreamReset, h2.events.ConnectionTerminated)):
                    raise RuntimeError(repr(event))
            self.flush()

    def ping(self):
        self.state.ping(b"12345678")
        self.flush()
        while not any(
            isinstance(event, h2.events.PingAckReceived) and event.ping_data == b"12345678"
            for event in self.events()
        ):
            pass


def parts():
    with open(path, "rb") as file:
        while part := file.read(1 << 18):
            yield part


def summary(answer):
    return {"bytes": answer["bytes"], "sha256": answer["sha256"]}


connection = Connection()
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
