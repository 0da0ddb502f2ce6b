import { api, resource, t } from "fourfold";

// The application whose migration migrate-process.test.ts kills: both of its resources have other fields in the second edition.
const second = process.env["EDITION"] === "2";
const more = second ? { stars: t.int32({ default: 3, indexed: true }) } : {};

const First = resource("First", { fields: { id: t.id(), title: t.string(), ...more } });
const Second = resource("Second", { fields: { id: t.id(), title: t.string(), ...more } });

export default api("killed", { resources: [First, Second] });
