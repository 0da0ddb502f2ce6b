import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** What a process of an image runs with. */
export interface Confinement {
  /** The folder whose files lie over those of this machine. */
  readonly layer: string;
  readonly command: readonly string[];
  readonly workdir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  /** As `docker run --read-only --cap-drop ALL --security-opt no-new-privileges`, as process 1 of its own namespace. */
  readonly isFinal: boolean;
  /** Folders of this machine at places of the image. */
  readonly mounts: Readonly<Record<string, string>>;
  /** Folders of this machine that the image must not need. */
  readonly hidden: readonly string[];
}

/** Why this machine cannot do it; false where it can. */
export const notTested: string | false = canConfine() ? false : "NOT TESTED: needs root, and overlay mounts";

function canConfine(): boolean {
  try {
    // An overlay must not lie on another: a file system in memory does for a try.
    const layers = "mkdir /run/o /run/o/u /run/o/w /run/o/r";
    const mount = "mount -t overlay overlay -o lowerdir=/usr,upperdir=/run/o/u,workdir=/run/o/w /run/o/r";
    execFileSync("unshare", ["-m", "sh", "-c", `mount -t tmpfs none /run && ${layers} && ${mount}`], {
      stdio: "ignore",
    });
    return true;
  } catch {
    return false;
  }
}

/** Starts a process in an image that is laid out over this machine's system, which stands in for the base image. */
export function confine(confinement: Confinement, options: SpawnOptions): ChildProcess {
  const { isFinal } = confinement;
  const namespaces = isFinal ? ["-m", "-p", "-f"] : ["-m"];
  return spawn("unshare", [...namespaces, "sh", "-euc", script(confinement)], options);
}

function script(confinement: Confinement): string {
  const { layer, isFinal, mounts, hidden } = confinement;
  const [upper, work, root] = ["upper", "work", "root"].map((part) => join(layer, part));
  for (const folder of [upper, work, root]) mkdirSync(folder ?? "", { recursive: true });
  const to = (path: string): string => `${root}${path}`;
  return [
    `mount -t overlay overlay -o lowerdir=/,upperdir=${upper},workdir=${work} ${root}`,
    ...hidden.map((path) => `mount -t tmpfs -o ro none ${to(path)}`),
    `mount --rbind /dev ${to("/dev")}`,
    isFinal ? `mount -t proc proc ${to("/proc")}` : `mount --rbind /proc ${to("/proc")}`,
    ...(isFinal ? [`mount -o remount,bind,ro ${root}`] : []),
    ...Object.entries(mounts).map(([path, folder]) => `mount --bind ${folder} ${to(path)}`),
    `exec chroot ${root} ${quoted(entered(confinement))}`,
  ].join("\n");
}

function entered({ command, workdir, environment, user, isFinal }: Confinement): readonly string[] {
  const [uid = "0", gid = uid] = user.split(":");
  const rights = isFinal ? ["--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"] : [];
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return [
    "setpriv",
    `--reuid=${uid}`,
    `--regid=${gid}`,
    "--clear-groups",
    ...rights,
    "env",
    "-i",
    "-C",
    workdir,
    ...variables,
    ...command,
  ];
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
}
