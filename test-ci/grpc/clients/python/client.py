"""grpcio: python client.py TARGET CERTIFICATE KEEPALIVE_MS, beside the modules that protoc has made of trial.proto and user.proto.

Reads calls from standard input, each a line of JSON (`Asked` of client.ts), carries them out one after the other, and writes what
came of each (`Outcome`) to standard output, as a line of JSON. An empty CERTIFICATE means cleartext.
"""

import functools
import json
import sys
import threading

import grpc
import trial_pb2
import trial_pb2_grpc
import user_pb2
import user_pb2_grpc
from google.protobuf import json_format

# The details of errors are known by name once their module has been loaded.
from google.rpc import error_details_pb2  # noqa: F401
from grpc_status import rpc_status


class Progress:
    """Says when the messages of a call are sent, and when it is cancelled."""

    def __init__(self, asked):
        self.asked = asked
        self.answers = 0
        self.has_header = False
        self.has_ended = False
        self.changed = threading.Condition()

    def tell(self, answers=0, has_header=False, has_ended=False):
        with self.changed:
            self.answers += answers
            self.has_header = self.has_header or has_header
            self.has_ended = self.has_ended or has_ended
            self.changed.notify_all()

    def wait(self, holds):
        with self.changed:
            self.changed.wait_for(lambda: self.has_ended or holds())

    def messages(self, made):
        if self.asked.get("awaitsHeader"):
            self.wait(lambda: self.has_header)
        for place, message in enumerate(made):
            if self.asked.get("inTurn"):
                self.wait(lambda: self.answers >= place)
            yield message
        if self.asked.get("staysOpen"):
            self.wait(lambda: False)


def with_call(method, messages, **options):
    """In place of `future`, which forgets the compression of many messages (grpcio 1.85.3, _StreamUnaryMultiCallable)."""
    answer, call = method.with_call(messages, **options)
    call.result = lambda: answer
    return call


class Client:
    def __init__(self, target, certificate, keepalive_ms):
        options = [
            ("grpc.keepalive_time_ms", keepalive_ms),
            ("grpc.keepalive_permit_without_calls", 1),
            ("grpc.http2.max_pings_without_data", 0),
        ]
        if certificate:
            with open(certificate, "rb") as file:
                credentials = grpc.ssl_channel_credentials(file.read())
            self.channel = grpc.secure_channel(target, credentials, options)
        else:
            self.channel = grpc.insecure_channel(target, options)
        self.stubs = {
            each.full_name: (each, getattr(stubs, each.name + "Stub")(self.channel))
            for messages, stubs in ((trial_pb2, trial_pb2_grpc), (user_pb2, user_pb2_grpc))
            for each in messages.DESCRIPTOR.services_by_name.values()
        }

    def ask(self, asked):
        begun = [self.begin(asked) for _ in range(asked.get("times", 1))]
        outcomes = [self.outcome(*each) for each in begun]
        failed = [each for each in outcomes if each["code"] != "OK"]
        return {**(failed or outcomes)[0], "answers": [answer for each in outcomes for answer in each["answers"]]}

    def method(self, path):
        """The method of the stub, and the types of its messages; of one that the .proto does not have, the bare call."""
        service, name = path.split("/")
        descriptor, stub = self.stubs[service]
        method = descriptor.methods_by_name.get(name)
        if method is not None:
            return getattr(stub, name), method.input_type._concrete_class
        empty = trial_pb2.BesideRequest
        return self.channel.unary_unary("/" + path, empty.SerializeToString, empty.FromString), empty

    def begin(self, asked):
        method, message_type = self.method(asked["method"])
        made = [json_format.ParseDict(message, message_type()) for message in asked["messages"]]
        progress = Progress(asked)
        sends_one = asked["kind"] in ("unary", "server")
        options = {
            "timeout": asked["timeout"] / 1000 if "timeout" in asked else None,
            "metadata": list(asked.get("metadata", {}).items()),
            "compression": grpc.Compression.Gzip if asked.get("gzip") else None,
        }
        start = method.future if asked["kind"] in ("unary", "client") else method
        if asked["kind"] == "client" and "gzip" in asked:
            start = functools.partial(with_call, method)
        call = start(made[0] if sends_one else progress.messages(made), **options)
        threading.Thread(target=self.watch, args=(asked, call, progress), daemon=True).start()
        return asked, call, progress

    def watch(self, asked, call, progress):
        """What is done when something else has happened."""
        if "cancelWhenBegun" in asked:
            key = trial_pb2.BegunRequest(key=asked["cancelWhenBegun"])
            self.stubs["trial.v1.TrialService"][1].Begun(key)
            call.cancel()
        if asked.get("awaitsHeader") or asked.get("cancelAfter") == 0:
            call.initial_metadata()
            progress.tell(has_header=True)
            if asked.get("cancelAfter") == 0:
                call.cancel()

    def outcome(self, asked, call, progress):
        answers = []
        try:
            for answer in [call.result()] if asked["kind"] in ("unary", "client") else call:
                answers.append(json_format.MessageToDict(answer))
                progress.tell(answers=1)
                if len(answers) == asked.get("cancelAfter"):
                    call.cancel()
        except (grpc.RpcError, grpc.FutureCancelledError):
            pass
        finally:
            progress.tell(has_ended=True)
        if call.code() == grpc.StatusCode.OK:
            return {"answers": answers, "code": "OK", "message": "", "details": []}
        status = rpc_status.from_call(call)
        details = [] if status is None else [json_format.MessageToDict(each) for each in status.details]
        return {"answers": answers, "code": call.code().name, "message": call.details() or "", "details": details}


def main():
    target, certificate, keepalive_ms = sys.argv[1:]
    client = Client(target, certificate, int(keepalive_ms))
    for line in sys.stdin:
        print(json.dumps(client.ask(json.loads(line))), flush=True)


main()
