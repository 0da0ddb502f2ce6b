// Run in the folder where @asyncapi/parser is: writes what it has to say of the document on standard input.

import { createRequire } from "node:module";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const { Parser } = createRequire(join(process.cwd(), "package.json"))("@asyncapi/parser");
const { document, diagnostics } = await new Parser().parse(await text(process.stdin));
const told = diagnostics.map(({ code, message, path, severity }) => ({ code, message, path, severity }));
process.stdout.write(JSON.stringify({ operations: document?.operations().length ?? null, told }));
