import type { Activity } from "./activity.ts";
import { client, Post, type PostRow, publish, User, type UserRow } from "./blog.ts";
import { confirmDelete } from "./confirm-delete.ts";
import { action, copyOf, field, find, setText } from "./dom.ts";
import { asEditor } from "./editor.ts";
import { FormDialog } from "./form-dialog.ts";
import { LiveRows, type RowView } from "./live-rows.ts";
import { trying } from "./notice.ts";
import { People } from "./people.ts";
import { saveOver } from "./save-over.ts";
import { watchRows } from "./watch-rows.ts";

const dialog = new FormDialog("post-dialog");
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

/** The section of posts. Answers who is known as their authors. */
export function startPosts(activity: Activity): People {
  const section = find(document, "#posts", HTMLElement);
  const people = new People((id) => {
    for (const post of rows.rows.values()) if (post.authorId === id) rows.refresh(post.id);
  });
  const rows = new LiveRows<PostRow>(section, {
    load: (filter) => client.call(Post.list, { pageSize: 10, filter, orderBy: "id desc" }),
    view: (post) => postView(post, people),
  });
  action(section, "create").addEventListener("click", () => void trying(createPost()));
  watchRows(client.watch(Post, { snapshot: false }), {
    load: () => rows.load(),
    changed: (post, type) => {
      const before = rows.rows.get(post.id);
      const isNews = before?.publishedAt === null && post.publishedAt !== null;
      rows.put(post);
      activity.add(isNews ? "published" : type, `post ${post.title}`);
    },
    deleted: (id) => {
      activity.add("deleted", `post ${rows.rows.get(id)?.title ?? ""}`);
      rows.remove(id);
    },
  });
  return people;
}

async function createPost(): Promise<void> {
  await offerAuthors(null);
  dialog.open({
    title: "New post",
    submit: async ({ title = "", authorId = "", content = "" }) => {
      await client.call(Post.create, { title, authorId, content });
    },
  });
}

async function editPost(id: string): Promise<void> {
  const read = (): Promise<PostRow> => client.call(Post.get, { id });
  const edited = { row: await read(), read };
  const { title, authorId, content } = edited.row;
  await offerAuthors(authorId);
  dialog.open({
    title: `Edit ${title}`,
    values: { title, authorId, content },
    submit: ({ title = "", authorId = "", content = "" }) =>
      saveOver(edited, (ifVersion) => client.call(Post.update, { id, ifVersion, title, authorId, content })),
  });
}

/** Fills the choice of authors: the first 200 by their names, and whoever it is at present. */
async function offerAuthors(present: string | null): Promise<void> {
  const { items } = await client.call(User.list, { pageSize: 200, orderBy: "displayName" });
  const authors: UserRow[] = [...items];
  if (present !== null && !authors.some(({ id }) => id === present))
    authors.unshift(await client.call(User.get, { id: present }));
  const options = authors.map(({ id, displayName }) => new Option(displayName, id));
  find(document, "#post-author", HTMLSelectElement).replaceChildren(
    new Option("Choose an author", ""),
    ...options,
  );
}

function postView(first: PostRow, people: People): RowView<PostRow> {
  const element = copyOf("post-row");
  let shown = first;
  action(element, "edit").addEventListener("click", () => void trying(editPost(shown.id)));
  action(element, "delete").addEventListener("click", () =>
    confirmDelete(shown.title, "It is gone then, for everybody.", async () => {
      await client.call(Post.delete, { id: shown.id });
    }),
  );
  action(element, "publish").addEventListener("click", () =>
    asEditor(async () => {
      await client.call(publish, { id: shown.id });
    }),
  );
  return {
    element,
    show(post) {
      shown = post;
      showPost(element, post, people.readNameOf(post.authorId));
    },
  };
}

function showPost(element: HTMLElement, { title, content, publishedAt }: PostRow, author: string): void {
  setText(field(element, "title"), title);
  setText(field(element, "content"), content);
  setText(field(element, "author"), author === "" ? "…" : author);
  const state = field(element, "state");
  setText(state, publishedAt === null ? "Draft" : `Published ${day.format(new Date(publishedAt))}`);
  state.dataset["kind"] = publishedAt === null ? "draft" : "published";
  action(element, "publish").hidden = publishedAt !== null;
  action(element, "publish").ariaLabel = `Publish ${title}`;
  action(element, "edit").ariaLabel = `Edit ${title}`;
  action(element, "delete").ariaLabel = `Delete ${title}`;
}
