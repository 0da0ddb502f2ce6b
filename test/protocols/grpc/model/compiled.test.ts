import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { loadSync } from "@grpc/proto-loader";
import blog from "../../../../examples/blog/api.ts";
import { protoText } from "../../../../src/protocols/grpc/model/proto-text.ts";
import { folder } from "../../../examples/program.ts";
import { build } from "./build.ts";
import { kinds } from "./definitions.ts";

for (const definition of [blog, kinds])
  test(`@grpc/proto-loader loads the .proto of ${definition.name}, with all its methods`, async (test) => {
    const root = await folder(test);
    for (const { file } of build(definition)) {
      await mkdir(dirname(join(root, file.path)), { recursive: true });
      await writeFile(join(root, file.path), protoText(file));
      const loaded = loadSync(file.path, { includeDirs: [root] });
      for (const { fullName, methods } of file.services) {
        const service = loaded[fullName];
        assert.ok(service !== undefined, fullName);
        const found = Object.entries(service).map(([name, method]) => [
          name,
          method.path,
          method.requestStream,
          method.responseStream,
          method.options?.idempotency_level,
        ]);
        const expected = methods.map(({ name, streamsInput, streamsOutput, isSafe }) => [
          name,
          `/${fullName}/${name}`,
          streamsInput,
          streamsOutput,
          isSafe ? "NO_SIDE_EFFECTS" : "IDEMPOTENCY_UNKNOWN",
        ]);
        assert.deepEqual(found, expected);
      }
      for (const { fullName } of file.messages) assert.ok(fullName in loaded, fullName);
    }
  });
