/** What a load has made a server do. */
export interface Load {
  /** How often it did it. */
  readonly units: number;
  readonly seconds: number;
}
