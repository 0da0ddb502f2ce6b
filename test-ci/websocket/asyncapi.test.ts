import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import blog from "../../examples/blog/api.ts";
import { compileApi } from "../../src/plan/compile.ts";
import { describeAsyncApi } from "../../src/protocols/websocket/describe/asyncapi.ts";
import { zoo } from "../../test/wire/zoo.ts";
import { installation } from "../wire/installation.ts";
import { temporaryFolder } from "../wire/workspace.ts";

// AsyncAPI's own parser checks more than its schema: that references are to messages of the operation's channel, that parameters stand in
// the address, and so on. It brings fifty megabytes, so it is installed here and not with everything else.

const folder = temporaryFolder();
writeFileSync(join(folder, "package.json"), '{"private":true}');
const npm = ["install", "--no-audit", "--no-fund", "--silent", "@asyncapi/parser@3.6.6"];
const skip = await installation(["npm", npm, folder]);

/** What the parser says of a document. */
interface Verdict {
  /** Null where it could not be read. */
  readonly operations: number | null;
  readonly told: readonly { readonly code: string }[];
}

async function parse(document: object): Promise<Verdict> {
  const parser = spawn(process.execPath, [join(import.meta.dirname, "parse.mjs")], {
    cwd: folder,
    stdio: ["pipe", "pipe", "inherit"],
  });
  parser.stdin.end(JSON.stringify(document));
  const [told] = await Promise.all([text(parser.stdout), once(parser, "close")]);
  return JSON.parse(told);
}

/** 3.0 is what tools know. */
const accepted: ReadonlySet<string> = new Set(["asyncapi-latest-version"]);

describe("AsyncAPI's parser", { skip }, () => {
  for (const definition of [blog, zoo]) {
    const plan = compileApi(definition);
    for (const version of plan.versions)
      test(`finds nothing amiss in ${definition.name}, version ${version.name}`, async () => {
        const document = describeAsyncApi({ plan, version });
        const { operations, told } = await parse(document);
        assert.deepEqual(
          told.filter(({ code }) => !accepted.has(code)),
          [],
        );
        assert.ok(operations !== null && operations > 20);
      });
  }

  test("finds what is amiss", async () => {
    const [version] = compileApi(blog).versions;
    assert.ok(version !== undefined);
    const document = describeAsyncApi({ plan: compileApi(blog), version });
    const elsewhere = {
      action: "send",
      channel: { $ref: "#/channels/ws" },
      messages: [{ $ref: "#/channels/rpc/messages/rpc-ping" }],
    };
    const { told } = await parse({ ...document, operations: { elsewhere } });
    assert.ok(
      told.some(({ code }) => code === "asyncapi3-operation-messages-from-referred-channel"),
      JSON.stringify(told),
    );
  });
});
