import type { Socket } from "node:net";
import { frameworkError } from "../../errors/codes.ts";
import type { ConnectionContext } from "../connection-context.ts";
import type { Peer } from "../peer.ts";
import { PeerInfo } from "../peer-info.ts";

/** There is no room for the connection. To tell the peer so would take the handshake, which is most of the work. */
export function turnAway(context: ConnectionContext, socket: Socket, peer: Peer): void {
  context.refuse(frameworkError("OVERLOADED"), new PeerInfo("1.1", peer), null);
  socket.destroy();
}
