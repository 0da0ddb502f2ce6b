import { randomBytes, timingSafeEqual } from "node:crypto";
import { api, channel, command, type Database, error, proto, resource, rule, t, version } from "fourfold";

export const EmailTaken = error("EMAIL_TAKEN", {
  kind: "already_exists",
  message: "Another user has this e-mail address",
  description: "Each user has an address of their own. Use another one, or change the user who has it.",
  details: { email: t.email() },
});

export const AlreadyPublished = error("ALREADY_PUBLISHED", {
  kind: "failed_precondition",
  message: "The post is published already",
  description: "A post is published once. There is nothing left to do.",
  details: { publishedAt: t.timestamp() },
});

export const User = resource("User", {
  description: "Someone who writes posts.",
  fields: {
    id: t.id(),
    displayName: t.string({ minLength: 1, maxLength: 200 }),
    email: t.email({ unique: EmailTaken, sensitive: true }),
  },
  cache: { maxAge: "5m", visibility: "public" },
});

export const Post = resource("Post", {
  description: "What a user has written.",
  fields: {
    id: t.id(),
    title: t.string({ minLength: 1, maxLength: 500 }),
    content: t.text(),
    author: t.ref(() => User, { inverse: "posts", onDelete: "cascade" }),
    publishedAt: t.timestamp({
      optional: true,
      readOnly: true,
      description: "When it was published; null until then.",
    }),
  },
  cache: { maxAge: "5m", visibility: "public" },
});

const editor = rule("editor", ({ caller }) => caller?.roles.includes("editor") ?? false, {
  message: "Only editors may publish",
});

/** `POST /posts/{id}:publish` */
export const publish = command("publish", {
  on: Post,
  output: Post,
  description: "Publishes a post, now.",
  allow: editor,
  errors: [AlreadyPublished],
  async handle({ target, db, now }) {
    if (target.publishedAt !== null) throw AlreadyPublished({ publishedAt: target.publishedAt });
    return db(Post).update(target.id, { publishedAt: now() });
  },
});

export const lobby = channel("/ws", {
  message: t.text(),
  receive: ({ message, everyone }) => everyone.send(`Message: ${message}`),
});

process.env["BLOG_EDITOR_TOKEN"] ??= randomBytes(12).toString("hex");

/** Whoever bears this token is an editor: one of the environment's, or a fresh one for this run, which all its workers share. */
export const editorToken: string = process.env["BLOG_EDITOR_TOKEN"];

export default api("blog", {
  title: "Blog",
  description: "Users and posts: the example of fourfold.",
  resources: [User, Post],
  operations: [publish],
  channels: [lobby],
  versions: [
    version("1", { renamed: [[User.fields.displayName, "name"]], absent: [Post.fields.publishedAt] }),
    version("2"),
  ],
  defaultVersion: "1",
  // A web page, in the folder beside this file.
  pages: { "/": new URL("./page/", import.meta.url) },
  lock: new URL("./fourfold.lock.json", import.meta.url),
  // A contract that clients had before there was this one: served as it is, beside blog.v1 and blog.v2.
  protos: [
    proto(new URL("./user.proto", import.meta.url), {
      version: "1",
      methods: {
        "UserService.GetUser": User.get,
        "UserService.ListUsers": User.list,
        "UserService.UpdateUser": User.update,
      },
      fields: { user_id: "id" },
    }),
  ],
  authenticate: ({ bearer }) =>
    bearer !== null && isSame(bearer, editorToken) ? { id: "editor", roles: ["editor"], claims: {} } : null,
  seed,
});

/** Takes as long for a wrong token as for the right one. */
function isSame(stated: string, expected: string): boolean {
  const [a, b] = [Buffer.from(stated), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Rows for the first start, so that there is something to see. */
async function seed(db: Database): Promise<void> {
  const ada = await db(User).create({ displayName: "Ada Lovelace", email: "ada@example.com" });
  const grace = await db(User).create({ displayName: "Grace Hopper", email: "grace@example.com" });
  await db(Post).create({
    title: "Notes on the Analytical Engine",
    content: "The engine weaves algebraic patterns just as the loom weaves flowers and leaves.",
    authorId: ada.id,
    publishedAt: new Date(),
  });
  await db(Post).create({
    title: "Nanoseconds",
    content: "Light travels about thirty centimetres in one of these.",
    authorId: grace.id,
  });
}
