import { pathToFileURL } from "node:url";
import { api, type Fields, resource, t } from "fourfold";

/** What the definition was, release by release. */
const releases: Readonly<Record<string, Fields>> = {
  first: { id: t.id(), name: t.string(), size: t.int32(), state: t.enum(["on", "off"]) },
  second: {
    id: t.id(),
    state: t.enum(["on", "idle"]),
    title: t.string({ formerly: "name" }),
    note: t.string(),
  },
  retyped: { id: t.id(), name: t.int32(), size: t.int32(), state: t.enum(["on", "off"]) },
  colliding: { id: t.id(), updateMask: t.string() },
};

const { LOCK, RELEASE = "first" } = process.env;
const Thing = resource("Thing", { fields: releases[RELEASE] ?? {}, methods: ["get", "update"] });
const app: ReturnType<typeof api> = api("things", {
  resources: [Thing],
  ...(LOCK === undefined ? {} : { lock: pathToFileURL(LOCK) }),
});
export default app;
