import {
  type AnyOperation,
  type AnyResource,
  type Api,
  api,
  command,
  error,
  query,
  resource,
  signedIn,
  subscription,
  t,
  version,
} from "../../../src/index.ts";

export const EmailTaken = error("EMAIL_TAKEN", {
  kind: "already_exists",
  message: "This e-mail address is taken",
  description: "Another user has it <script>alert(1)</script> already.",
  details: { email: t.email() },
});
const AlreadyPublished = error("ALREADY_PUBLISHED", {
  kind: "failed_precondition",
  message: "It is published",
});

export const User = resource("User", {
  description: "Somebody </script><script>alert(1)</script> who writes.",
  fields: {
    id: t.id(),
    displayName: t.string({
      minLength: 1,
      maxLength: 200,
      description: 'A name, <b onclick="x()">shown</b> to all',
    }),
    email: t.email({ unique: EmailTaken, sensitive: true }),
    password: t.string({ writeOnly: true, sensitive: true, optional: true, minLength: 8 }),
    role: t.enum(["admin", "member"], { default: "member" }),
    visits: t.int64({ readOnly: true, default: 0n }),
    balance: t.decimal({ precision: 10, scale: 2, minimum: "0", default: "0.00" }),
    avatar: t.bytes({ maxLength: 1000, optional: true }),
    address: t.object(
      { city: t.string(), zip: t.string({ optional: true, pattern: /\d{5}/ }) },
      { nullable: true },
    ),
    tags: t.list(t.string({ maxLength: 20 }), { maxItems: 10, uniqueItems: true, default: [] }),
    settings: t.json({ optional: true, deprecated: "use tags" }),
  },
  cache: { maxAge: "5m", visibility: "public" },
  allow: { fields: { email: signedIn } },
});

const BlogPost = resource("BlogPost", {
  fields: {
    id: t.id(),
    title: t.string({ minLength: 1 }),
    content: t.text(),
    author: t.ref(() => User, { inverse: "posts" }),
    publishedAt: t.timestamp({ optional: true, readOnly: true }),
    code: t.string({ unique: true, optional: true, pattern: /[A-Z]{3}-\d+/ }),
  },
  requireMatch: true,
  allow: { call: { create: signedIn, delete: signedIn } },
});

const publish = command("publish", {
  on: BlogPost,
  output: BlogPost,
  input: { note: t.string({ optional: true }), loud: t.boolean({ default: false }) },
  errors: [AlreadyPublished],
  idempotencyKey: "required",
  description: "Makes it visible.",
  handle: () => {
    throw AlreadyPublished();
  },
});
const search = query("search", {
  on: BlogPost,
  scope: "collection",
  input: {
    text: t.string(),
    since: t.date({ optional: true }),
    kinds: t.list(t.enum(["news", "essay"]), { optional: true }),
  },
  output: { count: t.int32(), best: t.row(BlogPost, { nullable: true }) },
  handle: () => ({ count: 0, best: null }),
});
const ping = query("ping", { output: t.string(), deadline: "5s", handle: () => "pong" });
const rate = command("rate", {
  input: { stars: t.int32({ minimum: 1, maximum: 5 }), book: t.string() },
  rest: "PUT /ratings/{book}",
  handle: () => undefined,
});
const ticks = subscription("ticks", {
  output: t.int32(),
  async *handle() {
    yield 1;
  },
});

export const library: Api = api("library", {
  title: "Library & <Friends>",
  description: "Books </style><script>alert(2)</script> and those who write them.",
  resources: [User, BlogPost] satisfies readonly AnyResource[],
  operations: [publish, search, ping, rate, ticks] satisfies readonly AnyOperation[],
  authenticate: () => null,
  versions: [
    version("1", {
      renamed: [[User.fields.displayName, "name"]],
      absent: [BlogPost.fields.publishedAt, search],
      deprecated: "2026-11-01",
      sunset: "2027-11-01",
      link: "https://example.com/versions",
    }),
    version("2"),
  ],
  defaultVersion: "1",
});
