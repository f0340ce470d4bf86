import { raiseQuietly } from "@/lib/monitoring";
import { hourMs } from "@/lib/time";
import { findDrift } from "./settings-queries.ts";

/** What the worker runs for the settings: says when code and database do not agree, or a value was never signed. */
export const settingsSweeps = [
  {
    name: "settings.drift",
    everyMs: hourMs,
    access: { room: "settings", permissions: [], may: "Compares stored settings with what was decided, and says where they differ." },
    run: async (ctx: Parameters<typeof raiseQuietly>[0]) => {
      for (const drift of await findDrift()) await raiseQuietly(ctx, { event: "settings.drift", fields: { name: drift.name } }, drift.name);
    },
  },
];
