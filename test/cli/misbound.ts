import { api, proto, resource, t } from "fourfold";

const User = resource("User", { fields: { id: t.id(), name: t.string() } });

/** Binds a .proto that it does not fit. */
export default api("misbound", {
  resources: [User],
  protos: [
    proto(new URL("../../examples/blog/user.proto", import.meta.url), {
      methods: { "UserService.GetUser": User.get, "UserService.UpdateUser": User.update },
    }),
  ],
});
