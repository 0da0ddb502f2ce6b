import { type Api, api, query, resource, t } from "fourfold";

const User = resource("User", { fields: { id: t.id() } });
const user = query("user", { output: t.int32(), handle: () => 0 });

/** Nothing is wrong with it but what GraphQL makes of its names. */
export const clashing: Api = api("clashing", { resources: [User], operations: [user] });
