import { spawnSync } from "node:child_process";

/** Programs of Debian that load or are loaded: how they tell their version, and the package that has them. */
const tools = [
  { command: ["wrk", "--version"], version: /wrk \S+/, of: "wrk" },
  { command: ["h2load", "--version"], version: /h2load \S+/, of: "nghttp2-client" },
  { command: ["nginx", "-v"], version: /nginx\/\S+/, of: "nginx" },
] as const;

/** Names and versions. Throws, saying what to install, when one is not there. */
export function toolVersions(): readonly string[] {
  return tools.map(({ command: [name, option], version, of }) => {
    const { stdout, stderr, error } = spawnSync(name, [option], { encoding: "utf8" });
    if (error !== undefined) throw new Error(`${name} is not there: apt-get install ${of}`, { cause: error });
    return (version.exec(`${stdout}${stderr}`)?.[0] ?? name).replace("/", " ");
  });
}
