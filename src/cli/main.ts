#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// What Node compiles (and strips of types) is kept between starts. That has to be said before anything else is loaded.
enableCompileCache();
const { runProgram } = await import("./program.ts");
await runProgram();
