import { api, channel, resource, t } from "fourfold";

/** Small rows, watched by many. */
export const Note = resource("Note", { fields: { id: t.id(), title: t.string(), count: t.int32() } });

/** Large rows: who does not take their changes soon is too slow. */
export const Scroll = resource("Scroll", {
  fields: { id: t.id(), text: t.text(), count: t.int32() },
  watch: { buffer: 20 },
});

const message = t.object({ n: t.int32(), text: t.text() });

export default api("soak", {
  resources: [Note, Scroll],
  channels: [
    channel("/rooms/{id}", { message, buffer: 20 }),
    channel("/loose/{id}", { message, buffer: 20, slow: "drop-oldest" }),
  ],
});
