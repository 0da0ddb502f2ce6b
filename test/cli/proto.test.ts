import assert from "node:assert/strict";
import { test } from "node:test";
import { runToEnd } from "../examples/program.ts";

test("fourfold check tells where a .proto does not fit what it is bound to", async () => {
  const checked = await runToEnd(["src/cli/main.ts", "check", "test/cli/misbound.ts"], {});
  assert.deepEqual([checked.code, checked.stdout], [1, ""]);
  const file = "examples/blog/user.proto";
  const input = (name: string): string => `which users.${name} requires. Say which one is meant`;
  const lines = checked.stderr.split("\n");
  const [head, ...told] = lines.filter((line) => line !== "");
  assert.equal(head, 'The definition of "misbound" has 10 mistakes:');
  for (const start of [
    `  ${file}, UserRequest.user_id: is no input of users.get. Say which of id it is`,
    `  ${file}, UserRequest: has no field for id, ${input("get")}`,
    `  ${file}, UserResponse.user_id: is nothing that users.get answers. Say which of id, name, etag it is`,
    `  ${file}, UserResponse.email: is nothing that users.get answers. `,
    `  ${file}, UserResponse.user_id: is nothing that users.update answers. `,
    `  ${file}, UserResponse.email: is nothing that users.update answers. `,
    `  ${file}, UserService.ListUsers: calls nothing. Say which operation it calls`,
    `  ${file}, UpdateUserRequest.user_id: is no input of users.update. `,
    `  ${file}, UpdateUserRequest.email: is no input of users.update. `,
    `  ${file}, UpdateUserRequest: has no field for id, ${input("update")}`,
  ])
    assert.ok(
      told.some((line) => line.startsWith(start)),
      `${start}\n${checked.stderr}`,
    );
});

test("fourfold check says what is bound", async () => {
  const checked = await runToEnd(["src/cli/main.ts", "check", "examples/blog/api.ts"], {});
  assert.equal(checked.code, 0, checked.stderr);
  assert.match(checked.stdout, /^examples\/blog\/user\.proto is bound: 3 rpcs, over version 1$/m);
});
