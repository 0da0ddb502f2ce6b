/** Close codes of graphql-transport-ws; their reasons are those that its clients know. */
export const closeCodes = {
  badRequest: 4400,
  unauthorized: 4401,
  forbidden: 4403,
  subprotocolNotAcceptable: 4406,
  initialisationTimeout: 4408,
  subscriberExists: 4409,
  tooManyInitialisations: 4429,
  /** RFC 6455 §7.4.1: the server stops, or ran into something. */
  goingAway: 1001,
  internal: 4500,
} as const;
