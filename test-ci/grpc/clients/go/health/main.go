// The health client of grpc-go: health TARGET. Prints what it finds as JSON; Watch goes on until the server stops.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sort"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
)

func main() {
	conn, err := grpc.NewClient(os.Args[1], grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithNoProxy())
	check(err)
	health := grpc_health_v1.NewHealthClient(conn)
	ctx := context.Background()
	server, err := health.Check(ctx, &grpc_health_v1.HealthCheckRequest{})
	check(err)
	_, unknown := health.Check(ctx, &grpc_health_v1.HealthCheckRequest{Service: "nobody"})
	list, err := health.List(ctx, &grpc_health_v1.HealthListRequest{})
	check(err)
	services := []string{}
	for name := range list.Statuses {
		services = append(services, name)
	}
	sort.Strings(services)
	watch, err := health.Watch(ctx, &grpc_health_v1.HealthCheckRequest{Service: "blog.v1.UserService"})
	check(err)
	first, err := watch.Recv()
	check(err)
	tell(map[string]any{
		"server":   server.Status.String(),
		"unknown":  status.Code(unknown).String(),
		"services": services,
		"watched":  first.Status.String(),
	})
	for {
		next, err := watch.Recv()
		if err != nil {
			tell(map[string]any{"ended": status.Code(err).String()})
			return
		}
		tell(map[string]any{"watched": next.Status.String()})
	}
}

func tell(what map[string]any) {
	line, err := json.Marshal(what)
	check(err)
	fmt.Println(string(line))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
