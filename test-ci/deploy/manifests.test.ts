import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { promisify } from "node:util";
import { installation } from "../wire/installation.ts";
import { readDockerfile, readEnvironment } from "./dockerfile.ts";
import { at, configuration, containerOf, deploy, documents, items, manifest, words } from "./manifests.ts";

// What deploy/ says: by the schemas of Kubernetes and of Compose, by hadolint, and by what the program itself has.

const run = promisify(execFile);
const root = join(deploy, "..");
const folder = mkdtempSync(join(tmpdir(), "fourfold-manifests-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const kubernetes = join(deploy, "kubernetes");
/** Kinds of operators have no schema in Kubernetes. */
const files = readdirSync(kubernetes).filter((name) => !/^(kustomization|service-monitor)\.yaml$/.test(name));
const deployment = manifest("kubernetes/deployment.yaml", "Deployment", "blog");
const job = manifest("kubernetes/migrate.yaml", "Job", "blog-migrate");
const [compose] = documents("compose.yaml");
const stages = readDockerfile(join(deploy, "Dockerfile"));
const image = stages.at(-1);

const bin = join(folder, "venv/bin");
const pip = ["-m", "pip", "install", "--quiet", "--retries", "1", "--requirement", "requirements.txt"];
const python = await installation(
  ["python3", ["-m", "venv", join(folder, "venv")], folder],
  [join(bin, "python"), pip, import.meta.dirname],
);

const kubectl = await without("kubectl");
const loaderOfCompose = await composeLoader();

describe("by other programs", () => {
  test("hadolint finds nothing in the Dockerfile", { skip: python }, async () => {
    const { stdout } = await run(join(bin, "hadolint"), ["--format", "tty", join(deploy, "Dockerfile")]);
    assert.equal(stdout, "");
  });

  for (const version of ["1.32.0", "1.37.0"])
    test(`every manifest is as Kubernetes ${version} has it`, { skip: python }, async () => {
      const paths = files.map((name) => join(kubernetes, name));
      const { stdout, stderr } = await run(join(bin, "kubernetes-validate"), [
        "--strict",
        "-k",
        version,
        ...paths,
      ]);
      const passed = `${stdout}${stderr}`.match(/ passed for resource /g)?.length ?? 0;
      assert.equal(passed, files.flatMap((name) => documents(`kubernetes/${name}`)).length);
    });

  test("kubernetes-validate finds a mistake", { skip: python }, async () => {
    const wrong = readFileSync(join(kubernetes, "deployment.yaml"), "utf8").replace("httpGet", "httpGot");
    writeFileSync(join(folder, "wrong.yaml"), wrong);
    await assert.rejects(run(join(bin, "kubernetes-validate"), ["--strict", join(folder, "wrong.yaml")]));
  });

  test("kustomize puts them together", { skip: kubectl }, async () => {
    const { stdout } = await run("kubectl", ["kustomize", kubernetes]);
    assert.match(stdout, /image: registry\.example\/blog:/);
    assert.match(stdout, /name: blog-[a-z0-9]{10}\b/);
  });

  test("Compose's own loader reads compose.yaml, and refuses it with a mistake", {
    skip: loaderOfCompose,
  }, async () => {
    const loader = join(folder, "cmd");
    const path = join(folder, "compose.yaml");
    const text = readFileSync(join(deploy, "compose.yaml"), "utf8").replace(/\$\{\w+:\?[^}]*\}/g, "stated");
    writeFileSync(path, text);
    assert.match((await run(loader, [path])).stdout, /^services:/m);
    writeFileSync(path, text.replace("read_only:", "readonly:"));
    await assert.rejects(run(loader, [path]), /readonly/);
  });
});

describe("by what the program has", () => {
  test("every variable is one that --help or the blog knows", async () => {
    const { stdout: help } = await run(
      process.execPath,
      ["--conditions=fourfold-source", "examples/blog/start.ts", "--help"],
      { cwd: root },
    );
    const known = new Set([...help.matchAll(/env:\s+(\w+)/g)].map(([, name]) => name));
    for (const name of ["NODE_ENV", "NODE_COMPILE_CACHE", "BLOG_EDITOR_TOKEN"]) known.add(name);
    const container = containerOf(deployment);
    const names = [
      ...Object.keys(configuration()),
      ...items(at(container, "env")).map((each) => String(at(each, "name"))),
      ...["blog-1", "blog-2", "migrate"].flatMap((name) =>
        Object.keys(Object(at(compose, "services", name, "environment"))),
      ),
      ...(image?.instructions ?? [])
        .filter(({ name }) => name === "ENV")
        .flatMap(({ text }) => Object.keys(readEnvironment(text))),
    ];
    assert.ok(names.length > 15);
    assert.deepEqual(
      names.filter((name) => !known.has(name)),
      [],
    );
  });

  test("ports and paths of probes are the program's", () => {
    const container = containerOf(deployment);
    assert.equal(configuration()["LISTEN"], `:${String(at(container, "ports", 0, "containerPort"))}`);
    for (const [probe, path] of [
      ["startupProbe", "/livez"],
      ["livenessProbe", "/livez"],
      ["readinessProbe", "/readyz"],
    ] as const)
      assert.deepEqual(at(container, probe, "httpGet"), { path, port: "http" });
    assert.equal(
      at(deployment, "spec", "template", "metadata", "annotations", "prometheus.io/path"),
      "/metrics",
    );
  });

  test("there is time to drain: preStop, then DRAIN_TIMEOUT, then some more", () => {
    const pod = at(deployment, "spec", "template", "spec");
    const sleep = Number(at(containerOf(deployment), "lifecycle", "preStop", "sleep", "seconds"));
    const drain = Number(configuration()["DRAIN_TIMEOUT"]) / 1_000;
    assert.ok(sleep + drain < Number(at(pod, "terminationGracePeriodSeconds")));
    for (const name of ["blog-1", "blog-2"]) {
      const service = at(compose, "services", name);
      const grace = Number.parseInt(String(at(service, "stop_grace_period")), 10);
      assert.ok(Number(at(service, "environment", "DRAIN_TIMEOUT")) / 1_000 < grace);
    }
  });

  test("the user is the image's, and nobody is privileged", () => {
    const user = image?.instructions.find(({ name }) => name === "USER")?.text;
    for (const workload of [deployment, job]) {
      const context = at(workload, "spec", "template", "spec", "securityContext");
      assert.equal(`${at(context, "runAsUser")}:${at(context, "runAsGroup")}`, user);
      assert.equal(at(context, "runAsNonRoot"), true);
      const container = at(containerOf(workload), "securityContext");
      assert.equal(at(container, "readOnlyRootFilesystem"), true);
      assert.equal(at(container, "allowPrivilegeEscalation"), false);
      assert.deepEqual(at(container, "capabilities"), { drop: ["ALL"] });
    }
  });

  test("the connections of all nodes are fewer than PostgreSQL takes where nobody says otherwise", () => {
    const [autoscaler] = documents("kubernetes/autoscaler.yaml");
    const surge = Number(at(deployment, "spec", "strategy", "rollingUpdate", "maxSurge"));
    // pool_max, and three beside the pool; PostgreSQL keeps three of 100 for its superuser.
    const connections = 10 + 3;
    assert.ok((Number(at(autoscaler, "spec", "maxReplicas")) + surge) * connections <= 97);
  });

  test("commands are in the image, and no secret is in the files", () => {
    const copied = stages.flatMap(({ instructions }) => instructions).filter(({ name }) => name === "COPY");
    const migrate = words(at(containerOf(job), "command"));
    assert.deepEqual(words(at(compose, "services", "migrate", "entrypoint")), migrate);
    assert.deepEqual(migrate.slice(0, 4), ["node", "dist/cli/main.js", "migrate", "apply"]);
    assert.ok(copied.some(({ text }) => text.startsWith("examples/blog ")));
    const text = readFileSync(join(deploy, "compose.yaml"), "utf8");
    const asked = new Set([...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => `${name}=`));
    const example = readFileSync(join(deploy, ".env.example"), "utf8").split("\n");
    assert.deepEqual(
      example.filter((line) => /^\w/.test(line)),
      [...asked],
    );
    for (const instruction of image?.instructions ?? [])
      assert.ok(!["RUN", "CMD"].includes(instruction.name), "what runs has no shell");
  });
});

async function without(program: string): Promise<string | false> {
  return run(program, ["version", "--client"]).then(
    () => false,
    () => `NOT TESTED: ${program} is not installed`,
  );
}

/** Builds the loader that Compose itself has. */
async function composeLoader(): Promise<string | false> {
  const go = await run("go", ["version"]).then(
    () => true,
    () => false,
  );
  if (!go) return "NOT TESTED: go is not installed";
  const install = ["GOFLAGS=-mod=mod", `GOBIN=${folder}`, "go", "install"];
  return installation(["env", [...install, "github.com/compose-spec/compose-go/v2/cmd@v2.16.1"], folder]);
}
