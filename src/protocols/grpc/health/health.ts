import { type Awaitable, whenReady } from "../../../base/awaitable.ts";
import { frameworkError } from "../../../errors/codes.ts";
import { HealthWatch, type ServingStatus } from "./health-watch.ts";

/** Whether the server can answer at present. It does not throw. */
export type Readiness = () => Awaitable<boolean>;

/** How often readiness is looked at while somebody watches. */
const LOOK_MS = 1000;

/**
 * Health as gRPC has it: of the server as a whole ("") and of each service. All services are as ready as the server is. From the
 * moment it begins to drain none is, which watchers learn before their calls end.
 */
export class Health {
  readonly services: readonly string[];
  readonly #names: ReadonlySet<string>;
  readonly #isReady: Readiness;
  readonly #watches: Set<HealthWatch>;
  #timer: NodeJS.Timeout | null;
  #isDraining: boolean;

  constructor(services: readonly string[], isReady: Readiness) {
    this.services = ["", ...services];
    this.#names = new Set(this.services);
    this.#isReady = isReady;
    this.#watches = new Set();
    this.#timer = null;
    this.#isDraining = false;
  }

  isKnown(service: string): boolean {
    return this.#names.has(service);
  }

  /** What all known services are. */
  status(): Awaitable<ServingStatus> {
    if (this.#isDraining) return "NOT_SERVING";
    return whenReady(this.#isReady(), (isReady) => (isReady ? "SERVING" : "NOT_SERVING"));
  }

  /** The service's status, and then each change of it. */
  async watch(service: string): Promise<HealthWatch> {
    if (!this.isKnown(service)) return this.#add(new HealthWatch("SERVICE_UNKNOWN", true));
    const status = await this.status();
    return this.#add(new HealthWatch(this.#isDraining ? "NOT_SERVING" : status, false));
  }

  /** Looks at once, and tells watchers what has changed. */
  async look(): Promise<void> {
    const status = await this.status();
    if (this.#isDraining) return;
    for (const watch of this.#watches) watch.update(status);
  }

  /** The server stops: watchers learn of it, and then are to watch another one. With `silently` they are not told NOT_SERVING. */
  drain(silently: boolean): void {
    this.#isDraining = true;
    for (const watch of this.#watches) {
      if (!silently) watch.update("NOT_SERVING");
      watch.fail(stopping());
    }
  }

  #add(watch: HealthWatch): HealthWatch {
    if (this.#isDraining) {
      watch.fail(stopping());
      return watch;
    }
    this.#watches.add(watch);
    this.#timer ??= setInterval(() => void this.look(), LOOK_MS).unref();
    watch.whenOver(() => this.#remove(watch));
    return watch;
  }

  #remove(watch: HealthWatch): void {
    this.#watches.delete(watch);
    if (this.#watches.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}

function stopping(): Error {
  return frameworkError("UNAVAILABLE", "The server stops; watch another one");
}
