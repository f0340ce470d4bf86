import { sql } from "drizzle-orm";
import { read } from "@/lib/context";
import type { Sweep } from "@/lib/jobs";
import { dayMs, hourMs } from "@/lib/time";
import { limitedClasses, limitKinds, sliceMsOf, slicesPerWindow } from "./policy.ts";

/** Throws away counters whose every slice has passed. A strike's slices are longer than its class's, so all wait a day. */
export const edgeSweeps: Sweep[] = [
  {
    name: "edge.prune",
    everyMs: hourMs,
    access: { room: "edge", permissions: [], may: "Throws away counters whose window has passed." },
    run: async (ctx) => {
      for (const name of limitedClasses) {
        const sliceMs = sliceMsOf(limitKinds[name]);
        const before = Math.floor((ctx.now.getTime() - dayMs) / sliceMs) - slicesPerWindow;
        await read((db) => db.execute(sql`delete from edge_quotas where key like ${`${name}:%`} and key not like ${`${name}:strike:%`} and slice < ${before}`));
      }
      await read((db) => db.execute(sql`delete from edge_quotas where key like 'guest:strike:%' and slice < ${Math.floor((ctx.now.getTime() - dayMs) / 50_000)}`));
    },
  },
];
