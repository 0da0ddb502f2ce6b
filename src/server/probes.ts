import { HeadBlock } from "../net/head-block.ts";
import type { Store } from "../store/store.ts";
import { type PageHandler, respondPage } from "./fixed-page.ts";

const plain = ["content-type", "text/plain; charset=utf-8", "cache-control", "no-store"];
const ok = new HeadBlock(200, plain);
const unavailable = new HeadBlock(503, [...plain, "retry-after", "1"]);

/** `/livez`: the process answers. Nothing else is looked at: a restart would not mend it. */
export const livez: PageHandler = (exchange) => respondPage(exchange, ok, "ok\n");

/** `/readyz`: requests shall come here. Not while draining, nor while the store cannot answer. */
export function readyz(state: { readonly draining: boolean }, store: Store | null): PageHandler {
  return async (exchange) => {
    if (state.draining) return respondPage(exchange, unavailable, "draining\n");
    return (await answers(store))
      ? respondPage(exchange, ok, "ok\n")
      : respondPage(exchange, unavailable, "the store does not answer\n");
  };
}

/** Whether the store, where there is one, can answer now. */
export async function answers(store: Store | null): Promise<boolean> {
  try {
    await store?.ready();
    return true;
  } catch {
    return false;
  }
}
