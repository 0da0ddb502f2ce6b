export type { Awaitable } from "./base/awaitable.ts";
export type { JsonObject, JsonValue } from "./base/json.ts";
export type { TypeOf } from "./base/typed.ts";
export { type Api, type ApiOptions, api } from "./define/api.ts";
export type { CacheOptions } from "./define/cache.ts";
export type { Caller, Credentials } from "./define/caller.ts";
export { type ChannelContext, type ChannelOptions, channel, type MessageContext } from "./define/channel.ts";
export type { AnyChannel, Audience, Channel, ChannelMember, Rooms } from "./define/channel-definition.ts";
export type { HandlerContext, HandlerLog, HandlerServices, ResponseFields } from "./define/context.ts";
export type { Database, RowQuery, Rows, Where } from "./define/database.ts";
export type {
  AnyOperation,
  AnyResource,
  Change,
  ChangeType,
  Operation,
  Page,
  Resource,
  WatchArgument,
  WatchOptions,
} from "./define/definition.ts";
export type { GraphqlOptions } from "./define/graphql.ts";
export { command, query, subscription } from "./define/operation.ts";
export type { Pages, PagesAt } from "./define/pages.ts";
export { type Proto, type ProtoFields, type ProtoOptions, type ProtoRpc, proto } from "./define/proto.ts";
export type { QuotaOptions } from "./define/quota.ts";
export { resource } from "./define/resource.ts";
export { allOf, anyOf, type Rule, type RuleContext, rule, signedIn } from "./define/rule.ts";
export { type Conversion, type Version, type VersionOptions, version } from "./define/version.ts";
export { ApiError, type ApiErrorOptions, type Violation } from "./errors/api-error.ts";
export { type AnyErrorDefinition, type ErrorDefinition, error } from "./errors/error.ts";
export type { ErrorKind } from "./errors/kinds.ts";
export { Field, type FieldOptions, type Fields } from "./schema/field.ts";
export { t } from "./schema/t.ts";
export type { ChangeOf, CreateOf, RowOf, UpdateOf } from "./schema/types.ts";
