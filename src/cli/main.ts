#!/usr/bin/env node
import nodeModule from "node:module";
import { oldNodeProblem } from "./oldest-node.ts";

const problem = oldNodeProblem(process.versions.node);
if (problem === null) {
  // What Node compiles (and strips of types) is kept between starts. That has to be said before anything else is loaded.
  nodeModule.enableCompileCache();
  const { runProgram } = await import("./program.ts");
  await runProgram();
} else {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}
