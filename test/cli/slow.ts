import { api, query, t } from "fourfold";
import { run } from "fourfold/cli";

const slow = query("slow", {
  input: { ms: t.int32({ minimum: 0 }) },
  output: t.string(),
  handle: async ({ input, log }) => {
    log.info("handling");
    await new Promise((resolve) => setTimeout(resolve, input.ms));
    return "done";
  },
});

const app: ReturnType<typeof api> = api("slow", { operations: [slow] });
export default app;
if (import.meta.main) await run(app);
