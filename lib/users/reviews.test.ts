import { beforeAll, expect, test } from "vitest";
import { systemCtx, withTransaction } from "@/lib/context";
import { newId } from "@/lib/ids";
import { endRole } from "@/lib/auth";
import { as as actingAs, someone, type Someone } from "@/lib/testing/admins";
import { useDatabase } from "@/lib/testing/database";
import { newPerson } from "@/lib/testing/people";
import { clockNow, dayMs, hourMs, plusMs, toIst } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { reviewItemInput } from "./contract.ts";
import { reviewWarningDue } from "./policy.ts";
import {
  accessReport,
  exportReport,
  getPerson,
  getReview,
  inviteOwner,
  listReviews,
  reviewItem,
  shutOut,
  startReview,
  userSweeps,
  waitingForAdmin,
  whoMovesMoney,
} from "./index.ts";

const database = useDatabase();
let start: Date;
let asha: Someone;
let arjun: Someone;
let meera: Someone;
let reviewId: string;

const as = (person: Someone, now = start ?? clockNow()) => actingAs(person, now);

const sweep = (name: string, now: Date) => userSweeps.find((each) => each.name === name)?.run({ ...systemCtx("sweep"), now });

async function itemOf(person: Someone): Promise<string> {
  const { items } = await getReview(as(asha), reviewId);
  return items.find((item) => item.person.id === person.userId)?.id ?? "";
}

beforeAll(async () => {
  await ensureVaultKeys(systemCtx("test"));
  arjun = await someone("security_admin");
  meera = await someone("finance_admin");
  await newPerson(["support"]);
});

test("the first two owners are invited from the terminal, a link for the same address replaces the last, and a third is refused", async () => {
  const operator = systemCtx("owner:invite", "operator");
  const first = await inviteOwner(operator, "founder@example.com");
  const again = await inviteOwner(operator, "Founder@Example.com");
  expect(again.url).not.toBe(first.url);
  const rows =
    await database.superuser`select u.status, count(g.*)::int as grants from users u join role_grants g on g.user_id = u.id where u.status = 'invited' group by u.id, u.status`;
  expect([...rows]).toEqual([{ status: "invited", grants: 1 }]);
  const [trail] = await database.superuser`select actor_kind from audit_log where verb = 'users.invite_owner'`;
  expect(trail?.["actor_kind"]).toBe("operator");
  asha = await someone("owner");
  start = clockNow();
  await inviteOwner(operator, "second@example.com");
  await newPerson(["owner"]);
  await expect(inviteOwner(operator, "third@example.com")).rejects.toMatchObject({ kind: "owners_exist" });
  await expect(inviteOwner(operator, "founder@example.com")).rejects.toMatchObject({ kind: "owners_exist" });
});

test("a review holds every grant once, ordinary ones too, is started by an admin, and one runs at a time", async () => {
  await expect(startReview(as(meera), { dueDays: 14 })).rejects.toMatchObject({ kind: "permission_denied" });
  ({ reviewId } = await startReview(as(asha), { dueDays: 14 }));
  await expect(startReview(as(arjun), { dueDays: 14 })).rejects.toMatchObject({ kind: "review_running" });
  const review = await getReview(as(asha), reviewId);
  const [grants] = await database.superuser`select count(*)::int as n from role_grants where ended_at is null`;
  expect(review.items).toHaveLength(grants?.["n"]);
  expect(review.items.map(({ role }) => role)).toContain("support");
  expect(review.items.find((item) => item.person.id === asha.userId)?.reasons).toMatchObject([{ code: "own_access" }]);
});

test("nobody attests their own access, in the program or around it, and nobody decides an item twice", async () => {
  const own = await itemOf(asha);
  await expect(reviewItem(as(asha), own, { outcome: "attested" })).rejects.toMatchObject({ kind: "review_refused" });
  const around = database.app.begin(async (sql) => {
    await sql`select set_config('app.actor', ${asha.userId}, true), set_config('app.xid', pg_current_xact_id()::text, true)`;
    await sql`update access_review_items set outcome = 'attested', decided_by = ${asha.userId}, decided_at = ${start} where id = ${own}`;
  });
  await expect(around).rejects.toThrow(/own access/);
  await reviewItem(as(arjun), own, { outcome: "attested" });
  await expect(reviewItem(as(arjun), own, { outcome: "revoked", note: "moved to another team" })).rejects.toMatchObject({ reasons: [{ code: "item_over" }] });
});

test("revoking ends the grant at once, and says why", async () => {
  expect(reviewItemInput.safeParse({ outcome: "attested" }).success).toBe(true);
  for (const note of [undefined, "", "because   "]) expect(reviewItemInput.safeParse({ outcome: "revoked", note }).success).toBe(false);
  const maker: Someone = await someone("finance_maker");
  await database.superuser.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`insert into access_review_items (id, review_id, grant_id, user_id, role, outcome)
      select ${newId("reviewItem")}, ${reviewId}, id, user_id, role, 'open' from role_grants where user_id = ${maker.userId}`;
  });
  await reviewItem(as(asha), await itemOf(maker), { outcome: "revoked", note: "moved to another team" });
  expect((await getPerson(as(asha), maker.userId)).grants).toMatchObject([{ role: "finance_maker", state: "ended" }]);
});

test("a week, three days and a day before it is due whoever looks after access is told once each, and the overview says until when", async () => {
  const due = plusMs(start, 14 * dayMs);
  const warn = async (...agoDays: number[]) => {
    for (const days of agoDays) await Promise.all([sweep("users.reviews-due-soon", plusMs(due, -days * dayMs)), sweep("users.reviews-due-soon", plusMs(due, -days * dayMs))]);
    const rows = await database.superuser`select (fields ->> 'days')::int as days from security_events where event = 'review.due_soon' and severity = 'warning' order by id`;
    return rows.map((row) => Number(row["days"]));
  };
  expect(await warn(14, 8)).toEqual([]);
  expect(await warn(7, 6, 5)).toEqual([7]);
  // Whoever was away for the second hears the third alone.
  expect(await warn(0.5, 0.4, 0, -1)).toEqual([7, 1]);
  const { review, items } = await waitingForAdmin(as(arjun));
  expect([review?.dueAt, review?.overdue, items.count > 0]).toEqual([toIst(due), false, true]);
  expect((await waitingForAdmin(as(arjun, plusMs(due, hourMs)))).review?.overdue).toBe(true);
  expect(reviewWarningDue({ startedAt: start, dueAt: plusMs(start, dayMs) }, plusMs(start, hourMs))).toBeNull();
});

test("what nobody looked at by the due date is suspended with an alarm; attesting it later gives it back", async () => {
  const late = plusMs(start, 14 * dayMs + hourMs);
  await sweep("users.reviews-overdue", plusMs(start, 13 * dayMs));
  expect((await getPerson(as(asha), meera.userId)).roles).toEqual(["finance_admin"]);
  await sweep("users.reviews-overdue", late);
  const person = await getPerson(as(asha, late), meera.userId);
  expect(person.roles).toEqual([]);
  expect(person.grants).toMatchObject([{ role: "finance_admin", state: "suspended" }]);
  const [event] = await database.superuser`select severity, (fields->>'suspended')::int as suspended from security_events where event = 'review.overdue'`;
  expect(event).toMatchObject({ severity: "critical" });
  expect(event?.["suspended"]).toBeGreaterThan(0);
  await reviewItem(as(asha, late), await itemOf(meera), { outcome: "attested" });
  const again = await getPerson(as(asha, plusMs(late, hourMs)), meera.userId);
  expect(again.roles).toEqual(["finance_admin"]);
  expect(again.grants.map(({ state }) => state).sort()).toEqual(["held", "suspended"]);
});

test("an overdue review never suspends the last owner, who stays visible as not looked at", async () => {
  const others = await database.superuser<{ id: string }[]>`select user_id as id from role_grants where role = 'owner' and ended_at is null and user_id <> ${asha.userId}`;
  for (const { id } of others) await withTransaction(systemCtx("test", "operator"), (tx) => endRole(tx, { userId: id, role: "owner", reason: "test" }));
  const at = plusMs(start, 20 * dayMs);
  ({ reviewId } = await startReview(as(asha, at), { dueDays: 1 }));
  await sweep("users.reviews-overdue", plusMs(at, 2 * dayMs));
  const review = await getReview(as(asha, plusMs(at, 2 * dayMs)), reviewId);
  expect(review.status).toBe("overdue");
  expect(review.items.find((item) => item.person.id === asha.userId)?.outcome).toBe("kept_unseen");
  expect((await getPerson(as(asha), asha.userId)).roles).toEqual(["owner"]);
});

test("half a year after the last review the next is due, and the desk says so once a week", async () => {
  const later = plusMs(start, 20 * dayMs + 183 * dayMs);
  expect((await listReviews(as(asha))).dueSince).toBeNull();
  expect((await listReviews(as(asha, later))).dueSince).not.toBeNull();
  for (const hours of [0, 1, 30, 24 * 8]) await sweep("users.review-reminder", plusMs(later, hours * hourMs));
  const [said] = await database.superuser`select count(*)::int as n from security_events where event = 'review.due'`;
  expect(said?.["n"]).toBe(2);
});

test("the report says who held what at any instant, who was shut out then, and is safe in a spreadsheet", async () => {
  const maker: Someone = await someone("finance_maker");
  const made = clockNow();
  await shutOut(as(asha, plusMs(made, dayMs)), maker.userId, { reason: "left the company" });
  const rowOf = async (at: Date) => (await accessReport(as(asha), at.toISOString())).rows.find((row) => row.person.id === maker.userId);
  expect(await rowOf(plusMs(made, -hourMs))).toBeUndefined();
  expect(await rowOf(plusMs(made, hourMs))).toMatchObject({ role: "finance_maker", shutOut: false });
  expect(await rowOf(plusMs(made, 2 * dayMs))).toMatchObject({ shutOut: true });
  const before = await whoMovesMoney(as(asha), plusMs(made, hourMs).toISOString());
  const after = await whoMovesMoney(as(asha), plusMs(made, 2 * dayMs).toISOString());
  expect(before.people).toBe(after.people + 1);
  await database.superuser.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`update role_grants set granted_by = '=cmd|x' where user_id = ${maker.userId}`;
  });
  const file = await exportReport(as(asha), plusMs(made, hourMs).toISOString());
  expect(file.csv).toContain(`"'=cmd|x"`);
  expect(file.csv.split("\r\n")).toHaveLength(file.rows + 2);
  const [trail] = await database.superuser`select count(*)::int as n from audit_log where verb = 'users.export_report'`;
  expect(trail?.["n"]).toBe(1);
});
