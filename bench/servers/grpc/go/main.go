// A server of bench.proto by grpc-go. PORT and LOGS are as in ../../parts/settings.ts.
package main

import (
	"context"
	"log"
	"net"
	"os"
	"sync/atomic"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"fourfold.example/bench/benchv1"
)

type server struct {
	benchv1.UnimplementedBenchServiceServer
	users map[string]*benchv1.GetUserResponse
	made  atomic.Int32
}

func (s *server) GetUser(_ context.Context, request *benchv1.GetUserRequest) (*benchv1.GetUserResponse, error) {
	if !isUUID(request.GetId()) {
		return nil, status.Error(codes.InvalidArgument, "id: must be a UUID")
	}
	user, found := s.users[request.GetId()]
	if !found {
		return nil, status.Error(codes.NotFound, "User not found")
	}
	return user, nil
}

func (s *server) Numbers(request *benchv1.NumbersRequest, stream grpc.ServerStreamingServer[benchv1.NumbersResponse]) error {
	for index := range request.GetCount() {
		s.made.Add(1)
		if err := stream.Send(&benchv1.NumbersResponse{Index: index, Text: "a small message"}); err != nil {
			return err
		}
	}
	return nil
}

func (s *server) Made(context.Context, *benchv1.MadeRequest) (*benchv1.MadeResponse, error) {
	return &benchv1.MadeResponse{Count: s.made.Load()}, nil
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		log.Fatal(err)
	}
	var options []grpc.ServerOption
	if os.Getenv("LOGS") == "on" {
		options = append(options, grpc.UnaryInterceptor(logged(os.Stdout)))
	}
	served := grpc.NewServer(options...)
	benchv1.RegisterBenchServiceServer(served, &server{users: sampleUsers()})
	log.Fatal(served.Serve(listener))
}
