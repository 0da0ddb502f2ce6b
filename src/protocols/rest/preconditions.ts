import type { Awaitable } from "../../base/awaitable.ts";
import { whenReady } from "../../base/awaitable.ts";
import { frameworkError } from "../../errors/codes.ts";
import { Call } from "../../invoke/call.ts";
import { rowVersion } from "../../schema/table.ts";
import { matchesAny } from "../http/entity-tags.ts";
import { matchedVersions, rowTag } from "./etag.ts";
import type { RestOperation } from "./operation.ts";
import type { RestRequest } from "./request.ts";

/**
 * Reads the conditions of a request that changes a row (RFC 9110 §13.2.2): `If-Match` first, which is told to the handler as the
 * version that the row must have, so that nobody can get in between; then `If-None-Match`. Whether they hold is found out when the
 * call is made.
 */
export function readPreconditions(request: RestRequest, operation: RestOperation, call: Call): void {
  const match = request.header("if-match");
  const noneMatch = request.header("if-none-match");
  if (match === undefined && operation.requireMatch) {
    call.condition = refuseUnconditional;
    return;
  }
  if (!operation.takesPreconditions || (match === undefined && noneMatch === undefined)) return;
  const fingerprint = operation.contract.view?.writer.fingerprint ?? "";
  const versions = match === undefined ? null : matchedVersions(match, fingerprint);
  // The common case: one version is named, and the write itself compares it.
  if (operation.guardsVersion && noneMatch === undefined && versions?.length === 1) {
    call.input["ifVersion"] = versions[0];
    return;
  }
  call.condition = () =>
    whenReady(currentRow(request, operation, call), (row) => {
      const version = guardCurrent(row, versions);
      if (version !== null && operation.tellsVersion) call.input["ifVersion"] = version;
      if (noneMatch !== undefined && matchesAny(noneMatch, rowTag(fingerprint, row) ?? ""))
        throw frameworkError("PRECONDITION_FAILED", "The row matches If-None-Match");
    });
}

function refuseUnconditional(): never {
  throw frameworkError(
    "PRECONDITION_REQUIRED",
    "If-Match: send the ETag of the row that you have seen, or * for any",
  );
}

/** The row as it is now; its absence is the caller's answer. */
function currentRow(request: RestRequest, operation: RestOperation, call: Call): Awaitable<unknown> {
  const get = operation.contract.plan.operation.on?.definition.operations.get;
  const invocation = get === null || get === undefined ? null : request.mount.invoker.invocation(get);
  if (invocation === null) throw frameworkError("PRECONDITION_FAILED", "This row has no versions to compare");
  const reading = new Call(call.services, call.source, { id: call.input["id"] });
  reading.caller = call.caller;
  reading.transaction = call.transaction;
  return invocation.enterKnown(reading);
}

/** Of the versions that are named, the row must have one, and that is answered; null for `*`, which any row meets. */
function guardCurrent(row: unknown, versions: readonly number[] | null): number | null {
  if (versions === null) return null;
  const version = (row as { readonly [rowVersion]?: number })[rowVersion];
  if (version === undefined || !versions.includes(version)) throw frameworkError("PRECONDITION_FAILED");
  return version;
}
