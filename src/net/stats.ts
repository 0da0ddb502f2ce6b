/** What a listener has counted since it began. */
export interface Stats {
  /** Open now. */
  readonly connections: number;
  /** Connections accepted, those that were refused for want of room not included. */
  readonly accepted: number;
  /** Requests handed to the handler. */
  readonly requests: number;
  /** What net refused or had to break off, by the code of the error. */
  readonly rejectedByCode: Readonly<Record<string, number>>;
}
