import { PassingMap } from "../base/passing-map.ts";
import type { Flight } from "./flight.ts";

/** The flights that newcomers may join, by their keys, of which no two are the same, and by their tags. */
export class Flights {
  readonly #byKey: PassingMap<string, Flight> = new PassingMap();
  readonly #byTag: PassingMap<string, PassingMap<string, Flight>> = new PassingMap();

  get(key: string): Flight | undefined {
    return this.#byKey.get(key);
  }

  add(flight: Flight): void {
    this.#byKey.set(flight.key, flight);
    for (const tag of flight.tags) {
      const flights = this.#byTag.get(tag);
      if (flights !== undefined) flights.set(flight.key, flight);
      else this.#byTag.set(tag, only(flight));
    }
  }

  remove(flight: Flight): void {
    this.#byKey.delete(flight.key);
    for (const tag of flight.tags) {
      const flights = this.#byTag.get(tag);
      if (flights === undefined) continue;
      flights.delete(flight.key);
      if (flights.size === 0) this.#byTag.delete(tag);
    }
  }

  /** All that have the tag, safe to walk while some of them are removed. */
  withTag(tag: string): readonly Flight[] {
    return this.#byTag.get(tag)?.values() ?? [];
  }

  /** In the same way. */
  all(): readonly Flight[] {
    return this.#byKey.values();
  }
}

function only(flight: Flight): PassingMap<string, Flight> {
  const flights = new PassingMap<string, Flight>();
  flights.set(flight.key, flight);
  return flights;
}
