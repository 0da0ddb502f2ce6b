import { type Api, api, version } from "fourfold";
import { beside, carry, count, echo, Note, once, refuse, sum, talk } from "./operations.ts";
import { traffic } from "./traffic.ts";
import { waiting } from "./waiting.ts";

/** What all clients are tried on. `fourfold contract grpc` writes its .proto. */
const trial: Api = api("trial", {
  resources: [Note],
  operations: [beside, carry, count, echo, once, refuse, sum, talk, traffic, ...waiting],
  versions: [version("1")],
  authenticate: ({ bearer }) => (bearer === null ? null : { id: bearer, roles: [], claims: {} }),
});

export default trial;
