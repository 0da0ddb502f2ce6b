"""A WebSocket of wsproto on a stream of h2 (RFC 8441): python h2_websocket.py HOST PORT CERTIFICATE ("" for no TLS)."""

import collections
import hashlib
import json
import sys

import h2.events
import h2.settings
import wsproto.connection
import wsproto.events
import wsproto.extensions
from h2_connection import Connection

host, port, certificate = sys.argv[1:]
ENABLE_CONNECT_PROTOCOL = h2.settings.SettingCodes.ENABLE_CONNECT_PROTOCOL


class WebSocket:
    """On a stream of its own; others may be in use at the same time."""

    def __init__(self, connection, extensions):
        self.connection = connection
        fields = [
            (":method", "CONNECT"),
            (":protocol", "websocket"),
            (":scheme", connection.scheme),
            (":path", "/socket?greeting"),
            (":authority", host),
            ("sec-websocket-version", "13"),
            ("origin", f"{connection.scheme}://{host}"),
        ]
        offers = ", ".join(f"{extension.name}; {extension.offer()}" for extension in extensions)
        if offers:
            fields.append(("sec-websocket-extensions", offers))
        self.stream = connection.state.get_next_available_stream_id()
        connection.state.send_headers(self.stream, fields)
        connection.flush()
        self.fields = {}
        self.arrived = b""
        self.is_ended = False
        while not self.fields:
            self.read()
        accepted = self.fields.get("sec-websocket-extensions", "")
        for extension in extensions:
            if accepted.startswith(extension.name):
                extension.finalize(accepted)
        client = wsproto.connection.ConnectionType.CLIENT
        self.frames = wsproto.connection.Connection(client, extensions)
        self.unread = collections.deque()
        self.unsent = b""

    def read(self):
        """Waits for what comes by the connection. Messages may be in the same read as the answer."""
        for event in self.connection.events():
            if isinstance(event, h2.events.ResponseReceived):
                self.fields = dict(event.headers)
            elif isinstance(event, h2.events.DataReceived):
                self.arrived += event.data
                length = event.flow_controlled_length
                self.connection.state.acknowledge_received_data(length, self.stream)
            elif isinstance(event, h2.events.StreamEnded):
                self.is_ended = True
        self.connection.flush()

    def send(self, event):
        self.unsent += self.frames.send(event)
        self.push()

    def push(self):
        """As much as the window takes."""
        state = self.connection.state
        while self.unsent:
            window = state.local_flow_control_window(self.stream)
            room = min(window, state.max_outbound_frame_size)
            if room == 0:
                break
            state.send_data(self.stream, self.unsent[:room])
            self.unsent = self.unsent[room:]
        self.connection.flush()

    def next(self):
        """The next event of the WebSocket."""
        while not self.unread:
            if not self.arrived:
                self.read()
                self.push()
            self.frames.receive_data(self.arrived)
            self.arrived = b""
            self.unread.extend(self.frames.events())
        return self.unread.popleft()

    def message(self):
        parts = []
        while True:
            event = self.next()
            parts.append(event.data)
            if event.message_finished:
                return parts[0][:0].join(parts)

    def close(self):
        self.send(wsproto.events.CloseConnection(code=1000, reason="done"))
        code = self.next().code
        self.connection.state.end_stream(self.stream)
        self.connection.flush()
        while not self.is_ended:
            self.read()
        return code


def exchange(connection, extensions):
    socket = WebSocket(connection, extensions)
    got = {"status": socket.fields[":status"], "version": socket.message()}
    got["extensions"] = [extension.name for extension in extensions if extension.enabled()]
    texts = []
    for text in ["grüße 🦊", "", "x" * 70_000]:
        socket.send(wsproto.events.TextMessage(data=text))
        texts.append(socket.message() == text)
    got["texts"] = texts
    # More than the windows hold, with its answer coming meanwhile.
    large = bytes(range(256)) * 4 * 1024
    socket.send(wsproto.events.BytesMessage(data=large))
    got["large"] = hashlib.sha256(socket.message()).digest() == hashlib.sha256(large).digest()
    socket.send(wsproto.events.Ping(payload=b"12345678"))
    got["pong"] = bytes(socket.next().payload).decode()
    got["code"] = socket.close()
    return got


connection = Connection(host, port, certificate)
connection.ping()
allowed = connection.state.remote_settings.get(ENABLE_CONNECT_PROTOCOL)
plain = exchange(connection, [])
deflated = exchange(connection, [wsproto.extensions.PerMessageDeflate()])
after = connection.exchange("GET", "/")["text"].decode()
print(json.dumps({"allowed": allowed, "plain": plain, "deflated": deflated, "after": after}))
