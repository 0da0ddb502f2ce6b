package main

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
)

// Two lines a call, with what the others' lines say, written in batches of 4 KiB as theirs are.
func logged(output io.Writer) grpc.UnaryServerInterceptor {
	lines := newBatches(output)
	logger := slog.New(slog.NewJSONHandler(lines, nil))
	var count atomic.Int64
	return func(ctx context.Context, request any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		id := slog.String("request_id", "req-"+strconv.FormatInt(count.Add(1), 36))
		method := slog.String("method", "POST")
		path := slog.String("path", info.FullMethod)
		begun := time.Now()
		logger.LogAttrs(ctx, slog.LevelInfo, "request_started", id, method, path)
		answer, err := handle(ctx, request)
		code := slog.Int("status_code", int(status.Code(err)))
		duration := slog.Float64("duration_ms", float64(time.Since(begun))/float64(time.Millisecond))
		logger.LogAttrs(ctx, slog.LevelInfo, "request_finished", id, method, path, code, duration)
		return answer, err
	}
}

// What is left of a batch goes out once a second.
type batches struct {
	mutex  sync.Mutex
	buffer *bufio.Writer
}

func newBatches(output io.Writer) *batches {
	made := &batches{buffer: bufio.NewWriterSize(output, 4096)}
	go func() {
		for range time.Tick(time.Second) {
			made.flush()
		}
	}()
	return made
}

func (b *batches) Write(bytes []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.buffer.Write(bytes)
}

func (b *batches) flush() {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	_ = b.buffer.Flush()
}
