"""grpcio-reflection and grpcio-health-checking: python discover.py TARGET. Prints what they find as JSON."""

import json
import sys

import grpc
from google.protobuf import message_factory
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

with grpc.insecure_channel(sys.argv[1]) as channel:
    database = ProtoReflectionDescriptorDatabase(channel)
    services = sorted(database.get_services())
    pool = DescriptorPool(database)
    service = pool.FindServiceByName("blog.v1.UserService")
    method = service.methods_by_name["ListUsers"]
    request = message_factory.GetMessageClass(method.input_type)
    answer = message_factory.GetMessageClass(method.output_type)
    call = channel.unary_unary("/blog.v1.UserService/ListUsers", request.SerializeToString, answer.FromString)
    users = call(request(page_size=1)).users
    health = health_pb2_grpc.HealthStub(channel)
    asked = health_pb2.HealthCheckRequest(service="blog.v1.UserService")
    watch = health.Watch(asked)
    try:
        health.Check(health_pb2.HealthCheckRequest(service="nobody"))
        unknown = "OK"
    except grpc.RpcError as error:
        unknown = error.code().name
    found = {
        "services": services,
        "methods": [each.name for each in service.methods],
        "fields": [each.name for each in answer.DESCRIPTOR.fields_by_name["users"].message_type.fields],
        "names": [user.name for user in users],
        "server": health_pb2.HealthCheckResponse.ServingStatus.Name(health.Check(health_pb2.HealthCheckRequest()).status),
        "watched": health_pb2.HealthCheckResponse.ServingStatus.Name(next(watch).status),
        "unknown": unknown,
    }
    watch.cancel()
print(json.dumps(found))
