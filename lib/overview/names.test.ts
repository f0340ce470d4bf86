import { expect, test } from "vitest";
import { rolePermissions } from "@/lib/access";
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
