import { ClientError, versionOf } from "fourfold/client";

/** Something that is being edited: the row as it was read. */
export interface Edited<Row extends object> {
  row: Row;
  readonly read: () => Promise<Row>;
}

/**
 * Saves over the row that was read, and over no other: where somebody else has changed it meanwhile, that is told, and who saves once more
 * overwrites what they did.
 */
export async function saveOver<Row extends object>(
  edited: Edited<Row>,
  save: (ifVersion: number | undefined) => Promise<unknown>,
): Promise<void> {
  try {
    await save(versionOf(edited.row));
  } catch (thrown) {
    if (!(thrown instanceof ClientError) || thrown.code !== "PRECONDITION_FAILED") throw thrown;
    edited.row = await edited.read();
    throw new Error("Somebody else has changed this since you began. Save once more to overwrite it.");
  }
}
