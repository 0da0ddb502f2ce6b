export { DefinitionError, type Mistake } from "../plan/mistakes.ts";
export type { CorsOptions } from "../protocols/http/cors.ts";
export type { ServeOptions } from "./options.ts";
export { serve } from "./serve.ts";
export type { Server } from "./server.ts";
export { StartError } from "./start-error.ts";
