/** How operations are shown in GraphQL, where that is not the usual way. */
export interface GraphqlOptions {
  /**
   * `payload`: the application's errors that an operation may raise stand in its answer, as objects of a union with types of their
   * own; all others are told under `errors`, as usual.
   */
  readonly errors?: "payload";
}
