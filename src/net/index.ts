export type {
  ConnectionInfo,
  Exchange,
  ExchangeHandler,
  RequestBody,
  RequestHead,
  ResponseStream,
} from "./exchange.ts";
export { HeadBlock } from "./head-block.ts";
export { defaultLimits, type Limits } from "./limits.ts";
export type { ListenAddress } from "./listen-address.ts";
export { type Listener, type ListenOptions, listen } from "./listener.ts";
export type { RenderError, RenderedError } from "./refusal.ts";
export type { Stats } from "./stats.ts";
