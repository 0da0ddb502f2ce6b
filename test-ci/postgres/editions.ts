import { t } from "../../src/schema/t.ts";
import type { TableModel } from "../../src/schema/table.ts";
import { tableOf } from "../../test/store/tables.ts";

/** A definition, and a later one that has a change of every kind. */
export const before: readonly TableModel[] = [
  tableOf("a", {
    x: t.string({ indexed: true }),
    y: t.int32({ optional: true }),
    z: t.string({ indexed: true }),
    n: t.int32({ default: 1 }),
    d: t.decimal({ precision: 6, scale: 2, default: "1.50" }),
    mail: t.string({ optional: true, unique: true }),
    gone: t.text({ optional: true }),
    bId: t.ref("b", { optional: true }),
  }),
  tableOf("b", { v: t.int32() }),
  tableOf("old", { aId: t.ref("a", { optional: true }), v: t.int32({ optional: true }) }),
];

export const after: readonly TableModel[] = [
  tableOf("a", {
    w: t.string({ formerly: "x", indexed: true }),
    y: t.int32({ default: 7 }),
    z: t.string({ unique: true }),
    n: t.int64({ default: 2n }),
    d: t.decimal({ precision: 9, scale: 2, default: "2.50" }),
    mail: t.email({ optional: true, unique: true }),
    bId: t.ref("b", { optional: true, onDelete: "setNull" }),
    cId: t.ref("c", { optional: true, onDelete: "cascade" }),
    fresh: t.string({ default: "it's", indexed: true }),
  }),
  tableOf("b", { v: t.int32({ optional: true }) }),
  tableOf("c", { aId: t.ref("a", { optional: true }), w: t.json({ optional: true }) }),
];

/** Rows of {@link before}, more than a back-fill takes at once. */
export const rowsBefore = `
insert into b (id, v) select gen_random_uuid(), g from generate_series(1, 10) g;
insert into a (id, x, z, mail, b_id) select gen_random_uuid(), 'x' || g, 'z' || g, 'M' || g || '@b.c', (select id from b limit 1)
  from generate_series(1, 1500) g;
insert into old (id, a_id) select gen_random_uuid(), id from a limit 5;`;
