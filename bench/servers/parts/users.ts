/** What all servers answer with. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** What a new user is made of. */
export interface NewUser {
  readonly name: string;
  readonly email: string;
}

/** Users of the servers that keep them in memory: the same in every process. */
export const sampleUsers: readonly User[] = Array.from({ length: 1000 }, (_, index) => ({
  id: `0190b1c2-7b1e-7cc3-98c4-${index.toString(16).padStart(12, "0")}`,
  name: `User ${index}`,
  email: `user${index}@example.com`,
}));
