import { api, resource, t } from "fourfold";

// The application that test/store/migrate-cli.test.ts migrates: its note has a second field in the second edition.
const second = process.env["EDITION"] === "2";

const Note = resource("Note", {
  fields: {
    id: t.id(),
    title: t.string(),
    ...(second ? { stars: t.int32({ default: 0 }) } : { draft: t.boolean({ optional: true }) }),
  },
});

export default api("notes", { resources: [Note] });
