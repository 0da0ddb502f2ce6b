import type { Feed, WatchEvent } from "fourfold/client";
import { messageOf } from "./error-text.ts";
import { tell } from "./notice.ts";

/** What is done with what a watch tells. */
export interface WatchedRows<Row> {
  /** Reads the rows that there are: called once changes are told from that moment on, so that none falls between the two. */
  readonly load: () => Promise<void>;
  readonly changed: (row: Row, type: "created" | "updated") => void;
  readonly deleted: (id: string) => void;
}

/** Follows a watch that begins without a snapshot. After a lost connection it goes on where it was; after too long, all is read again. */
export function watchRows<Row>(
  watch: Feed<WatchEvent<Row>>,
  { load, changed, deleted }: WatchedRows<Row>,
): void {
  let isRead = false;
  const read = (): void => {
    isRead = true;
    load().catch((thrown: unknown) => {
      // `synced` comes again: after a lost connection, and now and then.
      isRead = false;
      tell(messageOf(thrown));
    });
  };
  watch.listen((event) => {
    switch (event.type) {
      case "created":
      case "updated":
        changed(event.row, event.type);
        break;
      case "deleted":
        deleted(event.id);
        break;
      case "reset":
        isRead = false;
        break;
      case "missed":
        read();
        break;
      case "synced":
        if (!isRead) read();
        break;
      case "closed":
        if (event.error !== null) tell(messageOf(event.error));
    }
  });
}
