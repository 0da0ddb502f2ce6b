import { api, resource, t } from "fourfold";

const Thing = resource("Thing", { fields: { id: t.id(), size: t.int32({ minimum: 5, maximum: 1 }) } });
const app: ReturnType<typeof api> = api("Broken", { resources: [Thing] });
export default app;
