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
      `GraphQL:        ${origin}/graphql      (GraphiQL in a browser)`,
      `gRPC, Connect:  ${origin}/blog.v1.UserService/...`,
      `WebSocket:      ${origin.replace(/^http/, "ws")}/ws (the lobby), /rpc (JSON-RPC)`,
      "",
      "Try:",
      `  curl ${origin}/users`,
      ...(user === undefined ? [] : [`  curl -i '${origin}/users/${user.id}?include=posts'`]),
      `  curl ${origin}/graphql -H 'content-type: application/json' -d '{"query":"{ users { name posts { title } } }"}'`,
      `  curl ${origin}/blog.v1.UserService/ListUsers -H 'content-type: application/json' -d '{}'`,
      `  curl ${origin}/users -H 'content-type: application/json' -d '{"name":"Alan Turing","email":"alan@example.com"}'`,
      ...(post === undefined
        ? []
        : [
            `  curl -X POST ${origin}/api/v2/posts/${post.id}:publish -H 'authorization: Bearer ${editorToken}'`,
          ]),
    ];
  },
});
