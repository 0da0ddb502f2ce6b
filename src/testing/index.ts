export { type NextDatabase, testDatabases } from "./databases.ts";
export {
  type Expected,
  type FourWays,
  type FourWaysOptions,
  fourWays,
  type StatedCall,
} from "./four-ways.ts";
export type { Answer, RequestOptions } from "./http.ts";
export { startTest, type TestOptions, type TestServer } from "./start.ts";
export { type NotSupported, notSupported, type Outcome, type WayResult, type WireName } from "./wire.ts";
