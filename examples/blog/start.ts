import { randomBytes } from "node:crypto";
import { run } from "fourfold/cli";
import { blog, Post, User } from "./api.ts";

// Whoever starts the blog may publish: a token of their own, or a fresh one for this run.
const editorToken = process.env["BLOG_EDITOR_TOKEN"] ?? randomBytes(12).toString("hex");

await run(blog(editorToken), {
  listen: [":8000", ":50051"],
  cors: { origins: "*" },
  async greet(server) {
    const origin = server.origins[0] ?? "";
    const [user] = (await server.call(User.list, { pageSize: 1 })).items;
    const drafts = await server.call(Post.list, { pageSize: 1, filter: "publishedAt = null" });
    const [post] = drafts.items;
    return [
      `Users:          ${origin}/users        (version 2: ${origin}/api/v2/users)`,
      `Posts:          ${origin}/posts`,
      "",
      "Try:",
      `  curl ${origin}/users`,
      ...(user === undefined ? [] : [`  curl -i '${origin}/users/${user.id}?include=posts'`]),
      `  curl ${origin}/users -H 'content-type: application/json' -d '{"name":"Alan Turing","email":"alan@example.com"}'`,
      ...(post === undefined
        ? []
        : [
            `  curl -X POST ${origin}/api/v2/posts/${post.id}:publish -H 'authorization: Bearer ${editorToken}'`,
          ]),
    ];
  },
});
