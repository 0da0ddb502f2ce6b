import { once } from "node:events";
import { chownSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { copyContext, copyInto, entriesBelow } from "./context.ts";
import { type Instruction, readDockerfile, readEnvironment, type Stage } from "./dockerfile.ts";
import { confine } from "./sandbox.ts";

const root = join(import.meta.dirname, "../..");
const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What a Dockerfile comes to, without a daemon: each stage is a layer over this machine's system with the Node that runs the tests. */
export interface Image {
  readonly folder: string;
  readonly layer: string;
  readonly workdir: string;
  readonly user: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly health: readonly string[];
  readonly stopSignal: string;
  readonly volumes: readonly string[];
  dispose(): void;
}

interface Building {
  readonly layer: string;
  workdir: string;
  user: string;
  environment: Readonly<Record<string, string>>;
}

/** Carries out a Dockerfile's instructions. Whoever builds it disposes of it. */
export async function buildImage(dockerfile: string): Promise<Image> {
  const folder = mkdtempSync(join(tmpdir(), "fourfold-image-"));
  const context = join(folder, "context");
  mkdirSync(context);
  copyContext(root, context);
  const stages = readDockerfile(dockerfile);
  let last: Building | null = null;
  for (const stage of stages) last = await buildStage(stage, folder, context);
  if (last === null) throw new Error("There is no stage");
  const of = (name: string): Instruction | undefined =>
    stages.at(-1)?.instructions.find((each) => each.name === name);
  const { layer, workdir, user, environment } = last;
  return {
    folder,
    layer,
    workdir,
    user,
    environment,
    entrypoint: of("ENTRYPOINT")?.words ?? [],
    health: of("HEALTHCHECK")?.words ?? [],
    stopSignal: of("STOPSIGNAL")?.text ?? "SIGTERM",
    volumes: of("VOLUME")?.words ?? [],
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function buildStage(stage: Stage, folder: string, context: string): Promise<Building> {
  const layer = join(folder, stage.name ?? "final");
  const node = join(layer, "upper/usr/local/bin/node");
  mkdirSync(dirname(node), { recursive: true });
  copyFileSync(process.execPath, node);
  const building: Building = { layer, workdir: "/", user: "0:0", environment: { PATH: path } };
  for (const instruction of stage.instructions) await carryOut(instruction, building, { folder, context });
  return building;
}

interface Places {
  readonly folder: string;
  readonly context: string;
}

async function carryOut(instruction: Instruction, building: Building, places: Places): Promise<void> {
  const { name, text } = instruction;
  if (name === "WORKDIR") {
    building.workdir = text;
    mkdirSync(join(building.layer, "upper", text), { recursive: true });
  } else if (name === "USER") building.user = text;
  else if (name === "ENV") building.environment = { ...building.environment, ...readEnvironment(text) };
  else if (name === "COPY") copy(instruction, building, places);
  else if (name === "RUN") await run(instruction, building);
  else if (!["EXPOSE", "VOLUME", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT"].includes(name))
    throw new Error(`${name} is not known to this test`);
}

function copy({ flags, text }: Instruction, { layer, workdir }: Building, places: Places): void {
  const words = text.split(/\s+/);
  const target = words.at(-1) ?? "";
  const from = flags["from"] === undefined ? places.context : join(places.folder, flags["from"], "upper");
  const sources = words.slice(0, -1).map((word) => join(from, word));
  const to = join(layer, "upper", resolve(workdir, target));
  mkdirSync(target.endsWith("/") ? to : dirname(to), { recursive: true });
  copyInto(sources, to, target.endsWith("/") || existsSync(to));
  const [uid, gid] = (flags["chown"] ?? "").split(":").map(Number);
  if (uid !== undefined && gid !== undefined)
    for (const each of [to, ...entriesBelow(to)]) chownSync(each, uid, gid);
}

async function run({ words, text }: Instruction, building: Building): Promise<void> {
  const { layer, workdir, user, environment } = building;
  // npm is this machine's, and asks the registry that this machine has.
  const { HOME = "/root", ...own } = process.env;
  const settings = Object.entries(own).filter(([name]) =>
    /^(npm_config|(https?|no)_proxy|NODE_EXTRA_CA)/i.test(name),
  );
  const npm = Object.fromEntries(settings.map(([name, value]) => [name, value ?? ""]));
  const child = confine(
    {
      layer,
      command: words ?? ["sh", "-c", text],
      workdir,
      environment: { ...npm, HOME, ...environment },
      user,
      isFinal: false,
      mounts: {},
      hidden: [root],
    },
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let told = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      told = (told + String(chunk)).slice(-4_000);
    });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`RUN ${text}: exit ${code}\n${told}`);
}
