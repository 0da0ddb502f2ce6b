import type { Activity } from "./activity.ts";
import { client, User, type UserRow } from "./blog.ts";
import { confirmDelete } from "./confirm-delete.ts";
import { action, copyOf, field, find, setText } from "./dom.ts";
import { FormDialog } from "./form-dialog.ts";
import { LiveRows, type RowView } from "./live-rows.ts";
import { trying } from "./notice.ts";
import type { People } from "./people.ts";
import { saveOver } from "./save-over.ts";
import { watchRows } from "./watch-rows.ts";

const dialog = new FormDialog("user-dialog");

/** The section of users. */
export function startUsers(people: People, activity: Activity): void {
  const section = find(document, "#users", HTMLElement);
  const rows = new LiveRows<UserRow>(section, {
    load: async (filter) => {
      const page = await client.call(User.list, { pageSize: 12, filter, orderBy: "id desc" });
      for (const user of page.items) people.put(user);
      return page;
    },
    view: userView,
  });
  action(section, "create").addEventListener("click", createUser);
  watchRows(client.watch(User, { snapshot: false }), {
    load: () => rows.load(),
    changed: (user, type) => {
      people.put(user);
      rows.put(user);
      activity.add(type, `user ${user.displayName}`);
    },
    deleted: (id) => {
      activity.add("deleted", `user ${people.nameOf(id)}`);
      people.remove(id);
      rows.remove(id);
    },
  });
}

function createUser(): void {
  dialog.open({
    title: "New user",
    submit: async ({ displayName = "", email = "" }) => {
      await client.call(User.create, { displayName, email });
    },
  });
}

async function editUser(id: string): Promise<void> {
  const read = (): Promise<UserRow> => client.call(User.get, { id });
  const edited = { row: await read(), read };
  const { displayName, email } = edited.row;
  dialog.open({
    title: `Edit ${displayName}`,
    values: { displayName, email },
    submit: ({ displayName = "", email = "" }) =>
      saveOver(edited, (ifVersion) => client.call(User.update, { id, ifVersion, displayName, email })),
  });
}

function deleteUser({ id, displayName }: UserRow): void {
  confirmDelete(displayName, "The posts of this user go too, for everybody.", async () => {
    await client.call(User.delete, { id });
  });
}

function userView(first: UserRow): RowView<UserRow> {
  const element = copyOf("user-row");
  let shown = first;
  action(element, "edit").addEventListener("click", () => void trying(editUser(shown.id)));
  action(element, "delete").addEventListener("click", () => deleteUser(shown));
  return {
    element,
    show(user) {
      shown = user;
      setText(field(element, "displayName"), user.displayName);
      setText(field(element, "email"), user.email);
      setText(field(element, "initials"), initials(user.displayName));
      field(element, "initials").style.setProperty("--hue", String(hue(user.id)));
      action(element, "edit").ariaLabel = `Edit ${user.displayName}`;
      action(element, "delete").ariaLabel = `Delete ${user.displayName}`;
    },
  };
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const [first = "", last = ""] = [words.at(0), words.length > 1 ? words.at(-1) : ""];
  return [first, last]
    .map((word) => [...word][0] ?? "")
    .join("")
    .toUpperCase();
}

/** A colour that somebody keeps: degrees. */
function hue(id: string): number {
  let hash = 0;
  for (const letter of id) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  return (hash >>> 8) % 360;
}
