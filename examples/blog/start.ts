import { run } from "fourfold/cli";
import blog, { editorToken, Post, User } from "./api.ts";

await run(blog, {
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
