import type { WebSocket } from "ws";
import type { Line, LineListener } from "./line.ts";

/** A line on a WebSocket. `take` gets each text, and answers the code of an error that ends it. */
export function socketLine(
  socket: WebSocket,
  listener: LineListener,
  take: (text: string) => string | null,
): Line {
  let isOver = false;
  const over = (code: string): void => {
    if (isOver) return;
    isOver = true;
    socket.terminate();
    listener.over(code);
  };
  socket.on("message", (data) => {
    if (isOver) return;
    const code = take(String(data));
    if (code !== null) over(code);
  });
  socket.on("close", (code) => over(code === 1006 ? "lost" : String(code)));
  socket.on("error", (error) => over(`lost: ${error.message}`));
  return {
    stall: (isStalled) => {
      if (socket.readyState !== socket.OPEN) return;
      if (isStalled) socket.pause();
      else socket.resume();
    },
    leave: (isPolite) => {
      isOver = true;
      if (isPolite && socket.readyState === socket.OPEN) socket.close();
      else socket.terminate();
    },
  };
}
