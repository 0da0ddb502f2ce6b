/** What is watched, where it is kept in memory. */
export interface Note {
  readonly id: string;
  readonly title: string;
  readonly count: number;
}

const id = "0190b1c2-7b1e-7cc3-98c4-dc0c0c07398f";
let note: Note = { id, title: "What is watched", count: 0 };

export function findNote(): Note {
  return note;
}

/** Null where there is no such note. */
export function updateNote(of: string, count: number): Note | null {
  if (of !== id) return null;
  note = { ...note, count };
  return note;
}

/** What `GET /notes` answers. */
export function listNotes(): string {
  return JSON.stringify({ notes: [note], nextPageToken: "" });
}
