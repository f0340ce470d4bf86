import type { Sweep } from "@/lib/jobs";
import { hourMs, plusMs } from "@/lib/time";
import { pruneAnswers } from "./answers.ts";
import { pruneCalls } from "./calls.ts";
import { disableIdle, disableOrphaned } from "./commands.ts";
import { clientRules } from "./policy.ts";
import { listIdleClients, listOrphanedClients } from "./queries.ts";

/** Disables clients nobody uses or answers for, and forgets nonces and answers that can no longer matter. */
export const clientSweeps: Sweep[] = [
  {
    name: "clients.idle",
    everyMs: hourMs,
    access: { room: "clients", permissions: [], may: "Disables API clients that nobody uses." },
    run: async (ctx) => {
      for (const id of await listIdleClients(ctx.now)) await disableIdle(ctx, id);
      for (const id of await listOrphanedClients()) await disableOrphaned(ctx, id);
    },
  },
  {
    name: "clients.prune",
    everyMs: hourMs,
    access: { room: "clients", permissions: [], may: "Forgets nonces and kept answers that can no longer matter." },
    run: async (ctx) => {
      const before = plusMs(ctx.now, -clientRules.keptMs);
      await pruneCalls(before);
      await pruneAnswers(ctx, before);
    },
  },
];
