import { createHash, randomBytes } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { systemCtx, withTransaction } from "@/lib/context";
import { operator, start, tokenOf } from "@/lib/testing/credentials";
import { useDatabase } from "@/lib/testing/database";
import { guestAt, newPerson } from "@/lib/testing/people";
import { hourMs, plusMs } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { addInvited, disablePerson, issueLink, peekLink, redeemLink } from "./index.ts";
import type { LinkPurpose } from "./contract.ts";

const database = useDatabase();

beforeAll(() => ensureVaultKeys(systemCtx("test")));

const invite = () => withTransaction(operator(), (tx) => addInvited(tx, { email: `invited-${randomBytes(6).toString("hex")}@test.example` }));
const issue = (userId: string, purpose: LinkPurpose = "invitation", now = start) => withTransaction(operator(now), (tx) => issueLink(tx, { userId, purpose }));
const redeem = (token: string, purpose: LinkPurpose = "invitation", now = start) => withTransaction(guestAt(now), (tx) => redeemLink(tx, { token, purpose }));

describe("one-time links", () => {
  test("the token is in the link's fragment, has 256 bits, and the database keeps only its hash", async () => {
    const { userId } = await invite();
    const link = await issue(userId);
    expect(link.path).toMatch(/^\/invitation#[A-Za-z0-9_-]{43}$/);
    const token = tokenOf(link.path);
    const [row] = await database.owner<{ hash: Uint8Array; by: string }[]>`select token_hash as hash, created_by as by from auth_links where id = ${link.linkId}`;
    expect(Buffer.from(row?.hash ?? []).toString("hex")).toBe(createHash("sha256").update(token).digest("hex"));
    expect(row?.by).toBe("operator:test");
    for (const { table } of await database.owner<{ table: string }[]>`select tablename as table from pg_tables where schemaname = 'public'`) {
      const rows = await database.owner.unsafe<{ text: string }[]>(`select t::text as text from public."${table}" t`);
      expect(
        rows.filter((each) => each.text.includes(token) || each.text.includes(Buffer.from(token).toString("hex"))),
        table,
      ).toEqual([]);
    }
  });

  test("of twenty who hand a link in at once one wins, and the rest are told what everybody is told", async () => {
    const { userId } = await invite();
    const token = tokenOf((await issue(userId)).path);
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => redeem(token)));
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "gone", kind: "link_over" });
  });

  test("a link is good until its 24 hours are over, and looking at it does not use it", async () => {
    const { userId } = await invite();
    const token = tokenOf((await issue(userId)).path);
    const last = plusMs(start, 24 * hourMs - 1);
    await expect(peekLink({ token, purpose: "invitation" }, last)).resolves.toMatchObject({ userId });
    await expect(peekLink({ token, purpose: "invitation" }, plusMs(last, 1))).resolves.toBeNull();
    await expect(redeem(token, "invitation", plusMs(last, 1))).rejects.toMatchObject({ kind: "link_over" });
    await expect(redeem(token, "invitation", last)).resolves.toMatchObject({ userId });
  });

  test("a newer link of the same person and purpose ends the older one", async () => {
    const { userId } = await invite();
    const older = tokenOf((await issue(userId)).path);
    const newer = tokenOf((await issue(userId)).path);
    await expect(redeem(older)).rejects.toMatchObject({ kind: "link_over" });
    await expect(redeem(newer)).resolves.toMatchObject({ userId });
  });

  test("a link of one purpose is none of the other, and a made-up token is answered like a used one", async () => {
    const { userId } = await invite();
    const token = tokenOf((await issue(userId)).path);
    const answers = await Promise.allSettled([redeem(token, "reset"), redeem(randomBytes(32).toString("base64url")), redeem(""), redeem("\0"), redeem("x".repeat(10_000))]);
    for (const answer of answers) expect(answer).toMatchObject({ status: "rejected", reason: { code: "gone", kind: "link_over" } });
    await expect(redeem(token)).resolves.toMatchObject({ userId });
  });

  test("an invitation is for people who have not accepted one, a reset for those who can sign in", async () => {
    const { userId } = await invite();
    await expect(issue(userId, "reset")).rejects.toMatchObject({ kind: "not_active" });
    const person = await newPerson(["support"]);
    await expect(issue(person.userId, "invitation")).rejects.toMatchObject({ kind: "not_invited" });
    await expect(issue(person.userId, "reset")).resolves.toHaveProperty("path");
    await withTransaction(operator(), (tx) => disablePerson(tx, { userId: person.userId, reason: "left" }));
    await expect(issue(person.userId, "reset")).rejects.toMatchObject({ kind: "not_active" });
    await expect(issue("usr_nobody", "reset")).rejects.toMatchObject({ code: "not_found" });
  });

  test("issuing and using a link are in the trail and among the security events", async () => {
    const { userId } = await invite();
    const { linkId, path } = await issue(userId);
    await redeem(tokenOf(path));
    const verbs = await database.app<{ verb: string }[]>`select verb from audit_log where object_id = ${userId} order by id`;
    expect(verbs.map((row) => row.verb)).toEqual(["auth.invite_person", "auth.issue_link", "auth.use_link"]);
    const events = await database.app<{ event: string; fields: { linkId: string } }[]>`select event, fields from security_events where subject_user_id = ${userId} order by id`;
    expect(events.map((row) => [row.event, row.fields.linkId])).toEqual([
      ["link.issued", linkId],
      ["link.used", linkId],
    ]);
  });
});
