import { once } from "node:events";
import { WebSocket } from "ws";
import { until } from "../postgres/until.ts";
import type { NodeProcess } from "./node-process.ts";

interface Told {
  readonly type?: string;
  readonly members?: readonly { readonly id: string }[];
  readonly member?: { readonly id: string };
  readonly message?: { readonly text: string };
}

/** Somebody in the room, at one node. */
export class Member {
  readonly #socket: WebSocket;
  /** Texts of messages, in order. */
  readonly texts: string[] = [];
  /** Ids of those who are in the room, this one included. */
  readonly present = new Set<string>();
  readonly events: string[] = [];

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("error", () => undefined);
    socket.on("message", (data) => this.#hear(JSON.parse(String(data)) as Told));
  }

  static async join(node: NodeProcess): Promise<Member> {
    const socket = new WebSocket(`${node.origin.replace("http", "ws")}/room`);
    const member = new Member(socket);
    await once(socket, "open");
    await until(() => member.present.size > 0, "presence");
    return member;
  }

  say(text: string): void {
    this.#socket.send(JSON.stringify({ text }));
  }

  leave(): void {
    this.#socket.terminate();
  }

  #hear(told: Told): void {
    this.events.push(JSON.stringify(told));
    if (told.members !== undefined) for (const { id } of told.members) this.present.add(id);
    if (told.member !== undefined) {
      if (told.type === "left") this.present.delete(told.member.id);
      else this.present.add(told.member.id);
    }
    const text = told.message?.text ?? (told as { readonly text?: string }).text;
    if (text !== undefined) this.texts.push(text);
  }
}
