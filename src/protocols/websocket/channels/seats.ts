/** Somebody in a room, as others see it. */
export interface PresentMember {
  readonly id: string;
  /** The caller's id; null where nobody is signed in. */
  readonly caller: string | null;
}

/** Somebody, and the room. */
export interface Seat {
  readonly room: string;
  readonly member: PresentMember;
}

/** Who is in which room, of one process. */
export class Seats {
  readonly #rooms: Map<string, Map<string, PresentMember>>;

  constructor(seats: Iterable<Seat>) {
    this.#rooms = new Map();
    for (const seat of seats) this.add(seat);
  }

  add({ room, member }: Seat): void {
    const members = this.#rooms.get(room);
    if (members === undefined) this.#rooms.set(room, new Map([[member.id, member]]));
    else members.set(member.id, member);
  }

  delete({ room, member }: Seat): void {
    const members = this.#rooms.get(room);
    members?.delete(member.id);
    if (members?.size === 0) this.#rooms.delete(room);
  }

  has({ room, member }: Seat): boolean {
    return this.#rooms.get(room)?.has(member.id) === true;
  }

  in(room: string): Iterable<PresentMember> {
    return this.#rooms.get(room)?.values() ?? [];
  }

  *all(): Iterable<Seat> {
    for (const [room, members] of this.#rooms) for (const member of members.values()) yield { room, member };
  }
}
