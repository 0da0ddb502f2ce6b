"""A connection of h2 over a socket, for the scripts beside it."""

import hashlib
import socket
import ssl

import h2.config
import h2.connection
import h2.events


def connect(host, port, certificate):
    plain = socket.create_connection((host, int(port)), timeout=60)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if certificate == "":
        return plain
    context = ssl.create_default_context(cafile=certificate)
    context.set_alpn_protocols(["h2"])
    return context.wrap_socket(plain, server_hostname="localhost")


class Connection:
    def __init__(self, host, port, certificate):
        self.host = host
        self.scheme = "http" if certificate == "" else "https"
        self.socket = connect(host, port, certificate)
        self.state = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.state.initiate_connection()
        self.flush()

    def flush(self):
        self.socket.sendall(self.state.data_to_send())

    def request(self, method, target, fields=(), end=True):
        stream = self.state.get_next_available_stream_id()
        pseudo = [
            (":method", method),
            (":path", target),
            (":scheme", self.scheme),
            (":authority", self.host),
        ]
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
