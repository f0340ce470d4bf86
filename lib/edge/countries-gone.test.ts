import { expect, test, vi } from "vitest";
import { systemCtx } from "@/lib/context";
import { ctxOf, personWith } from "@/lib/testing/payouts";
import { useDatabase } from "@/lib/testing/database";
import { guestAt } from "@/lib/testing/people";
import { kindOf } from "@/lib/testing/refusals";
import { clockNow } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { addRule, requireAddress } from "./index.ts";

useDatabase();

test("while countries cannot be told, a scope that shuts a country out lets nobody in, and one that allows a country lets in its networks alone", async () => {
  await ensureVaultKeys(systemCtx("test"));
  const ctx = { ...ctxOf(await personWith("owner")), ip: "203.0.113.5" };
  const cwd = vi.spyOn(process, "cwd").mockReturnValue("/nowhere");
  try {
    const reason = "A reason that is long enough.";
    await addRule(ctx, { scope: "client", effect: "deny", country: "US", reason });
    await addRule(ctx, { scope: "roles", effect: "allow", network: "203.0.113.0/24", reason });
    await addRule(ctx, { scope: "roles", effect: "allow", country: "US", reason });
    const kindAt = (scope: "client" | "roles" | "console", ip: string): Promise<string> => kindOf(requireAddress(guestAt(clockNow(), ip), scope));
    expect(await kindAt("client", "49.36.1.1")).toBe("rules_unknown");
    expect(await kindAt("roles", "8.8.8.8")).toBe("address_refused");
    expect(await kindAt("roles", "203.0.113.9")).toBe("allowed");
    expect(await kindAt("console", "8.8.8.8")).toBe("allowed");
    // Nobody could come in to end that rule again: neither in the console nor where whoever adds it acts.
    for (const scope of ["console", "roles"] as const)
      await expect(addRule(ctx, { scope, effect: "deny", country: "US", reason }), scope).rejects.toMatchObject({ kind: "self_lockout" });
    expect(await kindAt("console", "8.8.8.8")).toBe("allowed");
  } finally {
    cwd.mockRestore();
  }
});
