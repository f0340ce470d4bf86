import { expect, test } from "vitest";
import { rolePermissions } from "@/lib/access";
import { placeBan } from "@/lib/edge";
import { listSecurityEvents } from "@/lib/monitoring";
import { ask, ctxOf, personWith, usePayoutDesk } from "@/lib/testing/payouts";
import { objectNames } from "./names.ts";

const desk = usePayoutDesk();

test("what a row of the trail is about is called by its name, a payout by its amount and masked payee, each only to who may look at it", async () => {
  const { id } = await ask(desk, 141_000n);
  const ids = [id, desk.accountId, desk.maker.userId, "po_00000000000000000000000000"];
  const auditor = await objectNames(ctxOf(await personWith("auditor")))(ids);
  expect(auditor.get(id)).toMatch(/^₹1,410\.00 to \p{L}•••• .*••\d{4}$/u);
  expect([auditor.get(desk.accountId), auditor.get(desk.maker.userId)].every((name) => typeof name === "string" && name !== "")).toBe(true);
  expect(auditor.has("po_00000000000000000000000000")).toBe(false);
  const support = await objectNames(ctxOf(await personWith("support")))(ids);
  expect(support.has(id)).toBe(rolePermissions.support.includes("payouts.view"));
});

test("which network a ban shut out is read in its event by whoever may see IP rules; others read that it was a ban, and its reference", async () => {
  const guard = ctxOf(await personWith("security_admin"));
  await placeBan(guard, { network: "203.0.113.0/24", reason: "Somebody guesses passwords from there.", minutes: 60 });
  const read = async (ctx: typeof guard) => {
    const { rows } = await listSecurityEvents({ event: "ban.placed", limit: 1 }, { namesOf: objectNames(ctx), actorsOf: async () => [] });
    return rows[0];
  };
  expect((await read(guard))?.sentence).toMatch(/ shut a network out for 60 minutes: 203\.0\.113\.0\/24\.$/);
  const blind = await read({ ...guard, actor: { ...guard.actor, permissions: ["security_events.view"] } });
  expect(blind?.sentence).toMatch(/ shut a network out for 60 minutes: ban_[0-9a-z]{26}\.$/);
  expect(JSON.stringify(blind)).not.toContain("203.0.113");
});
