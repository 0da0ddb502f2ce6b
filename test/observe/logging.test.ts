import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { runLogging, spawnLogging } from "./child.ts";

const noPipes = process.platform === "linux" ? false : "only Linux opens a pipe anew";
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

test("a line is one JSON object with its level as a word, the time and the event", async () => {
  const { lines, code } = await runLogging(`
    const { log } = start({ sensitive: ["email"] });
    log.info("user_created %s", { email: "x", id: 7, nested: { password: "p" } });
    log.debug("left_out");
    log.child({ request_id: "r1" }).warn("slow", { request_id: "forged", level: "mine", event: "mine" });
    log.error("failed", { err: new TypeError("broken") });`);
  assert.equal(code, 0);
  assert.equal(lines.length, 3);
  const [created, slow, failed] = lines;
  assert.match(String(created?.["timestamp"]), isoTime);
  assert.deepEqual(
    { ...created, timestamp: "" },
    {
      level: "info",
      timestamp: "",
      event: "user_created %s",
      email: "[redacted]",
      id: 7,
      nested: { password: "[redacted]" },
    },
  );
  assert.deepEqual(
    { ...slow, timestamp: "" },
    {
      level: "warn",
      timestamp: "",
      event: "slow",
      request_id: "r1",
      _request_id: "forged",
      _level: "mine",
      _event: "mine",
    },
  );
  assert.match(
    JSON.stringify(failed?.["err"]),
    /"type":"TypeError","message":"broken","stack":"TypeError: broken/,
  );
});

test("each request has its two lines", async () => {
  const { lines } = await runLogging(`
    const { requests } = start();
    const path = "/users/%22\\u0001\\"";
    const trace = incomingTrace("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", undefined);
    const record = new RequestRecord("rest", { method: "GET", path, requestId: "r1", trace });
    requests.started(record);
    record.series = new RequestSeries({ protocol: "rest", operation: "users.get", version: "1" });
    record.caller = "ada \\"\\u2028";
    record.statusCode = 404;
    record.errorCode = "USER_NOT_FOUND";
    requests.finished(record);
    const bare = new RequestRecord("grpc", { method: "POST", path: "/", requestId: "r2", trace: null });
    requests.started(bare);
    bare.statusCode = 200;
    requests.finished(bare);`);
  const [started, finished, , bare] = lines;
  assert.match(String(started?.["timestamp"]), isoTime);
  assert.match(String(finished?.["span_id"]), /^[0-9a-f]{16}$/);
  const common = {
    level: "info",
    request_id: "r1",
    protocol: "rest",
    method: "GET",
    path: '/users/%22\u0001"',
    trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
    span_id: finished?.["span_id"],
  };
  assert.deepEqual(started, { ...common, event: "request_started", timestamp: started?.["timestamp"] });
  assert.deepEqual(finished, {
    ...common,
    event: "request_finished",
    timestamp: finished?.["timestamp"],
    status_code: 404,
    duration_ms: finished?.["duration_ms"],
    operation: "users.get",
    version: "1",
    caller: 'ada "\u2028',
    error_code: "USER_NOT_FOUND",
  });
  const duration = finished?.["duration_ms"];
  assert.ok(typeof duration === "number" && duration >= 0 && duration < 1_000, String(duration));
  assert.deepEqual(Object.keys(bare ?? {}).slice(-2), ["status_code", "duration_ms"]);
});

test("an RPC knows its operation at the start, and an id of this process's own stands in both lines", async () => {
  const { lines } = await runLogging(`
    const { requests } = start();
    const series = new RequestSeries({ protocol: "grpc", operation: "users.get", version: "1" });
    const request = (method, path) => ({ method, path, get requestId() { return toText(this.id); }, id: takeRequestId(undefined), trace: null });
    for (const asked of [request("POST", '/a.B/"C"'), request("POST", '/a.B/"C"'), request("GET", "/a.B/D")]) {
      const record = new RequestRecord("grpc", asked);
      record.series = series;
      requests.started(record);
      requests.finished(record);
      start().log.info("id", { id: asked.requestId });
    }`);
  for (const [index, path] of ['/a.B/"C"', '/a.B/"C"', "/a.B/D"].entries()) {
    const method = index === 2 ? "GET" : "POST";
    const [started, finished] = lines.filter((line) => line["event"] !== "id").slice(index * 2);
    const id = lines.filter((line) => line["event"] === "id")[index]?.["id"];
    assert.match(String(id), /^[a-z0-9]+-[a-z0-9]+$/);
    for (const [event, line] of Object.entries({ request_started: started, request_finished: finished }))
      assert.deepEqual(
        [line?.["event"], line?.["request_id"], line?.["protocol"], line?.["method"], line?.["path"]],
        [event, id, "grpc", method, path],
      );
    assert.equal(finished?.["operation"], "users.get");
  }
});

const endings = {
  "by itself": "",
  "by process.exit": "process.exit(0);",
  "by an uncaught error": 'throw new Error("fatal");',
  "by process.exit while a batch is on its way":
    "setImmediate(() => { log.info('last'); process.exit(0); });",
};

for (const [name, statement] of Object.entries(endings)) {
  for (const reader of [null, "cat", "(sleep 0.3; cat)"]) {
    test(`no line is lost when the process ends ${name}, read by ${reader ?? "a socket"}`, async () => {
      const { lines, stderr } = await runLogging(
        `
        const { log } = start();
        for (let index = 0; index < 5_000; index++) log.info("line", { index });
        ${statement}`,
        reader,
      );
      const indexes = lines.filter((line) => line["event"] === "line").map((line) => line["index"]);
      assert.deepEqual(
        indexes,
        Array.from({ length: 5_000 }, (_, index) => index),
      );
      assert.equal(lines.length, name.endsWith("way") ? 5_001 : 5_000);
      assert.equal(/fatal/.test(stderr), name === "by an uncaught error");
    });
  }
}

test("lines come out soon, while the process goes on", async () => {
  const child = spawnLogging(`start().log.info("soon"); setInterval(() => {}, 1_000);`);
  const [line] = await once(child.stdout, "data");
  child.kill();
  assert.match(String(line), /"event":"soon"/);
});

test("a process outlives the reader of its log", async () => {
  const child = spawnLogging(`
    const { log, dropped } = start();
    const timer = setInterval(() => {
      log.info("line");
      if (dropped() > 3) { clearInterval(timer); log.info("end"); process.exitCode = 7; }
    }, 10);`);
  child.stdout.destroy();
  const code = await new Promise((resolve) => child.on("close", resolve));
  assert.equal(code, 7);
});

test("a reader of a pipe that stands still costs lines, not memory or the process", {
  skip: noPipes,
}, async () => {
  const child = spawnLogging(
    `
    const { log, dropped } = start();
    const text = "x".repeat(1_000);
    for (let index = 0; index < 30_000; index++) log.info("line", { text, index });
    setTimeout(() => {
      log.info("end", { dropped: dropped() });
      setTimeout(() => process.exit(0), 50);
    }, 500);`,
    "(sleep 0.4; tail -n 1)",
  );
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (part) => {
    stdout += part;
  });
  await once(child, "close");
  const end = JSON.parse(stdout);
  assert.equal(end.event, "end");
  assert.ok(end.dropped > 5_000 && end.dropped < 30_000, String(end.dropped));
});

test("levels: requests are written at info, and silent writes nothing at all", async () => {
  const { lines } = await runLogging(`
    const quiet = start({ level: "silent" });
    quiet.log.child({}).error("no");
    const warnings = start({ level: "warn" });
    warnings.log.info("no");
    start({ level: "debug" }).log.debug("yes", { requests: [quiet, warnings].map((each) => each.requests) });`);
  assert.deepEqual(
    lines.map((line) => [line["event"], line["requests"]]),
    [["yes", [null, null]]],
  );
});

test("a closed log has written everything and takes nothing more", async () => {
  for (const reader of [null, "cat"]) {
    const { lines, code } = await runLogging(
      `
      const logging = start();
      logging.log.info("before");
      logging.close();
      logging.log.info("after");
      logging.close();
      start().log.info("another", { dropped: logging.dropped() });`,
      reader,
    );
    assert.deepEqual(
      lines.map((line) => [line["event"], line["dropped"]]),
      [
        ["before", undefined],
        ["another", 1],
      ],
    );
    assert.equal(code, 0);
  }
});
