export type {
  ConnectionInfo,
  Exchange,
  ExchangeHandler,
  PartVisitor,
  RequestBody,
  RequestHead,
  ResponseStream,
} from "./exchange.ts";
export { HeadBlock } from "./head-block.ts";
export { defaultLimits, type Limits } from "./limits.ts";
export type { ListenAddress } from "./listen-address.ts";
export { type Listener, type ListenOptions, listen } from "./listener.ts";
export type { Peer } from "./peer.ts";
export type { ForwardedOptions, ProxyProtocolOptions } from "./proxy/options.ts";
export { ProxyOptionsError } from "./proxy/proxy-options-error.ts";
export type { RenderError, RenderedError } from "./refusal.ts";
export type { Stats } from "./stats.ts";
export type { TlsReloadListener } from "./tls/endpoint.ts";
export type { CertificateFiles, ServerNameFiles, TlsOptions } from "./tls/options.ts";
export { TlsError } from "./tls/tls-error.ts";
export type { TlsInfo } from "./tls-info.ts";
export { Trailers } from "./trailers.ts";
export type { Tunnel, TunnelReceiver } from "./tunnel.ts";
export { acceptWebSocket, type WebSocketOptions } from "./websocket/accept.ts";
export { closeCodes } from "./websocket/close-codes.ts";
export type { DeflateOptions } from "./websocket/deflate/agreement.ts";
export type { Origins } from "./websocket/origin.ts";
export { encodeMessage, type PreparedMessage } from "./websocket/prepared-message.ts";
export type { Subprotocols } from "./websocket/subprotocol.ts";
export type { WebSocketConnection, WebSocketReceiver } from "./websocket/websocket.ts";
