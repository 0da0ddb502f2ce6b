// Calls GetUser by clients of grpc-go, on each of so many connections so many calls at a time, the next one when one has been answered
// (closed loop). Each answer is compared; counts, and writes JSON.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"fourfold.example/bench/benchv1"
)

const users = 1000

func main() {
	port := flag.Int("port", 0, "of the server, at 127.0.0.1")
	connections := flag.Int("connections", 1, "connections")
	calls := flag.Int("calls", 1, "calls under way at a time on each connection")
	seconds := flag.Float64("seconds", 1, "how long")
	flag.Parse()
	var answered atomic.Int64
	var callers sync.WaitGroup
	startedAt := time.Now()
	endsAt := startedAt.Add(time.Duration(*seconds * float64(time.Second)))
	for connection := range *connections {
		channel, err := grpc.NewClient(fmt.Sprintf("passthrough:///127.0.0.1:%d", *port), grpc.WithTransportCredentials(insecure.NewCredentials()))
		if err != nil {
			log.Fatal(err)
		}
		client := benchv1.NewBenchServiceClient(channel)
		for caller := range *calls {
			callers.Go(func() {
				for next := connection**calls + caller; time.Now().Before(endsAt); next++ {
					ask(client, next%users)
					answered.Add(1)
				}
			})
		}
	}
	callers.Wait()
	fmt.Printf("{\"units\":%d,\"seconds\":%f}\n", answered.Load(), time.Since(startedAt).Seconds())
}

// The users are those of ../users.go.
func ask(client benchv1.BenchServiceClient, index int) {
	id := fmt.Sprintf("0190b1c2-7b1e-7cc3-98c4-%012x", index)
	answer, err := client.GetUser(context.Background(), &benchv1.GetUserRequest{Id: id})
	if err != nil {
		log.Fatal(err)
	}
	if answer.GetId() != id || answer.GetEmail() != fmt.Sprintf("user%d@example.com", index) {
		log.Fatalf("Another user than %s came", id)
	}
}
