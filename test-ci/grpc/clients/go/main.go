// grpc-go: client TARGET CERTIFICATE KEEPALIVE_MS. The packages trialpb and userpb are what protoc-gen-go and protoc-gen-go-grpc
// make of trial.proto and user.proto, beside this file.
//
// Reads calls from standard input, each a line of JSON ("Asked" of client.ts), carries them out one after the other, and writes
// what came of each ("Outcome") to standard output, as a line of JSON. An empty CERTIFICATE means cleartext.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"fourfold/test-ci/grpc/clients/go/trialpb"
	"fourfold/test-ci/grpc/clients/go/userpb"

	"google.golang.org/genproto/googleapis/rpc/code"
	_ "google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/emptypb"
)

type asked struct {
	Method          string
	Kind            string
	Messages        []json.RawMessage
	Metadata        map[string]string
	Timeout         *int
	Gzip            bool
	StaysOpen       bool
	InTurn          bool
	AwaitsHeader    bool
	CancelAfter     *int
	CancelWhenBegun *string
	Times           int
}

type outcome struct {
	Answers []json.RawMessage `json:"answers"`
	Code    string            `json:"code"`
	Message string            `json:"message"`
	Details []json.RawMessage `json:"details"`
}

type client struct {
	conn *grpc.ClientConn
	// The clients that were generated, by the names of their services.
	stubs map[string]any
}

func main() {
	pings, err := strconv.Atoi(os.Args[3])
	check(err)
	conn, err := connect(os.Args[1], os.Args[2], time.Duration(pings)*time.Millisecond)
	check(err)
	it := &client{conn, map[string]any{
		"trial.v1.TrialService": trialpb.NewTrialServiceClient(conn),
		"trial.v1.NoteService":  trialpb.NewNoteServiceClient(conn),
		"user.UserService":      userpb.NewUserServiceClient(conn),
	}}
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			break
		}
		var call asked
		check(json.Unmarshal(line, &call))
		told, err := json.Marshal(it.ask(call))
		check(err)
		fmt.Println(string(told))
	}
	check(conn.Close())
}

func connect(target, certificate string, pings time.Duration) (*grpc.ClientConn, error) {
	secured := insecure.NewCredentials()
	if certificate != "" {
		trusted, err := credentials.NewClientTLSFromFile(certificate, "")
		if err != nil {
			return nil, err
		}
		secured = trusted
	}
	params := keepalive.ClientParameters{Time: pings, Timeout: 5 * time.Second, PermitWithoutStream: true}
	return grpc.NewClient(target, grpc.WithTransportCredentials(secured), grpc.WithNoProxy(), grpc.WithKeepaliveParams(params))
}

func (it *client) ask(call asked) outcome {
	outcomes := make([]outcome, max(call.Times, 1))
	var all sync.WaitGroup
	for at := range outcomes {
		all.Go(func() { outcomes[at] = it.once(call) })
	}
	all.Wait()
	whole := outcomes[0]
	for _, each := range outcomes[1:] {
		answers := append(whole.Answers, each.Answers...)
		if whole.Code == "OK" {
			whole = each
		}
		whole.Answers = answers
	}
	return whole
}

func (it *client) once(call asked) outcome {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if call.Timeout != nil {
		limited, release := context.WithTimeout(ctx, time.Duration(*call.Timeout)*time.Millisecond)
		defer release()
		ctx = limited
	}
	for name, value := range call.Metadata {
		ctx = metadata.AppendToOutgoingContext(ctx, name, value)
	}
	if call.CancelWhenBegun != nil {
		go func() {
			trial := it.stubs["trial.v1.TrialService"].(trialpb.TrialServiceClient)
			_, err := trial.Begun(context.Background(), &trialpb.BegunRequest{Key: *call.CancelWhenBegun})
			check(err)
			cancel()
		}()
	}
	options := []grpc.CallOption{}
	if call.Gzip {
		options = append(options, grpc.UseCompressor(gzip.Name))
	}
	service, name, _ := strings.Cut(call.Method, "/")
	method := reflect.ValueOf(it.stubs[service]).MethodByName(name)
	if !method.IsValid() {
		return toOutcome(nil, it.conn.Invoke(ctx, "/"+call.Method, &emptypb.Empty{}, &emptypb.Empty{}, options...))
	}
	input, output := typesOf(service, name)
	messages := read(call.Messages, input)
	if call.Kind == "unary" {
		answer, err := start(method, ctx, messages[:1], options)
		if err != nil {
			return toOutcome(nil, err)
		}
		return toOutcome([]proto.Message{answer.(proto.Message)}, nil)
	}
	sent := messages
	if call.Kind == "server" {
		sent = nil
		messages = messages[:1]
	} else {
		messages = nil
	}
	stream, err := start(method, ctx, messages, options)
	if err != nil {
		return toOutcome(nil, err)
	}
	return follow(call, stream.(grpc.ClientStream), sent, output, cancel)
}

// Calls a method of a generated client, with the one message that it takes, if it takes one.
func start(method reflect.Value, ctx context.Context, messages []proto.Message, options []grpc.CallOption) (any, error) {
	in := []reflect.Value{reflect.ValueOf(ctx)}
	for _, message := range messages {
		in = append(in, reflect.ValueOf(message))
	}
	for _, option := range options {
		in = append(in, reflect.ValueOf(option))
	}
	out := method.Call(in)
	if err := out[1].Interface(); err != nil {
		return nil, err.(error)
	}
	return out[0].Interface(), nil
}

// Goes through a stream to its end: sends what is to be sent, each when it is its time, and takes the answers.
func follow(
	call asked, stream grpc.ClientStream, sent []proto.Message, output protoreflect.MessageType, cancel func(),
) outcome {
	answered := make(chan struct{}, len(sent)+1)
	if call.Kind != "server" {
		go send(call, stream, sent, answered)
	}
	if call.CancelAfter != nil && *call.CancelAfter == 0 {
		if _, err := stream.Header(); err == nil {
			cancel()
		}
	}
	answers := []proto.Message{}
	for {
		answer := output.New().Interface()
		err := stream.RecvMsg(answer)
		if err != nil {
			return toOutcome(answers, err)
		}
		answers = append(answers, answer)
		answered <- struct{}{}
		if call.CancelAfter != nil && *call.CancelAfter == len(answers) {
			cancel()
		}
		if call.Kind == "client" {
			return toOutcome(answers, nil)
		}
		if cap(answered) == len(answered) {
			<-answered
		}
	}
}

func send(call asked, stream grpc.ClientStream, messages []proto.Message, answered chan struct{}) {
	if call.AwaitsHeader {
		if _, err := stream.Header(); err != nil {
			return
		}
	}
	for place, message := range messages {
		if call.InTurn && place > 0 {
			select {
			case <-answered:
			case <-stream.Context().Done():
				return
			}
		}
		// How the call ended is told to whoever takes its answers.
		if stream.SendMsg(message) != nil {
			return
		}
	}
	if !call.StaysOpen {
		_ = stream.CloseSend()
	}
}

func typesOf(service, name string) (protoreflect.MessageType, protoreflect.MessageType) {
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(service))
	check(err)
	method := found.(protoreflect.ServiceDescriptor).Methods().ByName(protoreflect.Name(name))
	input, err := protoregistry.GlobalTypes.FindMessageByName(method.Input().FullName())
	check(err)
	output, err := protoregistry.GlobalTypes.FindMessageByName(method.Output().FullName())
	check(err)
	return input, output
}

func read(messages []json.RawMessage, input protoreflect.MessageType) []proto.Message {
	made := []proto.Message{}
	for _, message := range messages {
		each := input.New().Interface()
		check(protojson.Unmarshal(message, each))
		made = append(made, each)
	}
	return made
}

// What has ended by io.EOF has succeeded.
func toOutcome(answers []proto.Message, err error) outcome {
	written := outcome{Answers: []json.RawMessage{}, Code: "OK", Details: []json.RawMessage{}}
	for _, answer := range answers {
		written.Answers = append(written.Answers, write(answer))
	}
	if err == nil || errors.Is(err, io.EOF) {
		return written
	}
	told := status.Convert(err)
	written.Code = code.Code(told.Code()).String()
	written.Message = told.Message()
	for _, detail := range told.Proto().GetDetails() {
		written.Details = append(written.Details, write(detail))
	}
	return written
}

func write(message proto.Message) json.RawMessage {
	written, err := protojson.Marshal(message)
	check(err)
	return written
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
