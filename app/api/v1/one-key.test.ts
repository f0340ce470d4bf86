// One key, one act: whatever a program sends again, nothing is done twice.
import { describe, expect, test } from "vitest";
import { minuteMs } from "@/lib/time";
import { newClient, newKey } from "@/lib/testing/api-client";
import { useApiDesk } from "@/lib/testing/api-desk";
import { passTime } from "@/lib/testing/payouts";

const api = useApiDesk();
const { desk, call, payout, link } = api;

describe("one key, one act", () => {
  test("the same request again gets the stored answer with its status, and nothing is done twice", async () => {
    const key = newKey();
    const first = await call("createPayout", { body: payout("210000"), key });
    const again = await call("createPayout", { body: payout("210000"), key });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect([first.headers.get("idempotency-replayed"), again.headers.get("idempotency-replayed")]).toEqual([null, "true"]);
  });

  test("a refusal is kept as well: the same key does not turn it into something else later", async () => {
    const key = newKey();
    const first = await call("createPayout", { body: payout("9999999999"), key });
    const again = await call("createPayout", { body: payout("9999999999"), key });
    expect([first.status, again.status, again.headers.get("idempotency-replayed")]).toEqual([409, 409, "true"]);
    expect(again.body).toEqual(first.body);
  });

  test("another body, or another path, under the same key is refused with 422", async () => {
    const key = newKey();
    await call("createPayout", { body: payout("220000"), key });
    for (const other of [await call("createPayout", { body: payout("230000"), key }), await call("createLink", { body: link(), key })])
      expect(other).toMatchObject({
        status: 422,
        body: { code: "idempotency_mismatch", title: expect.stringContaining("make a new key"), detail: { "Idempotency-Key": expect.any(String) } },
      });
  });

  test("of ten at once one is carried out; the others hear that it is in progress, or its answer", async () => {
    const key = newKey();
    const answered = await Promise.all(Array.from({ length: 10 }, () => call("createPayout", { body: payout("240000"), key })));
    const ids = new Set(answered.filter(({ status }) => status === 201).map(({ body }) => body["id"]));
    expect(ids.size).toBe(1);
    for (const { status, body } of answered) if (status !== 201) expect([status, body["code"]]).toEqual([409, "idempotency_in_progress"]);
    const [row] = await desk.database.superuser`select count(*)::int as count from payouts where amount_paise = 240000`;
    expect(row?.["count"]).toBe(1);
  });

  test("a request whose process died is in progress for a minute; then the same request finishes it, once", async () => {
    const key = newKey();
    await call("createPayout", { body: payout("250000"), key });
    await forget(key);
    const early = await call("createPayout", { body: payout("250000"), key });
    expect([early.status, early.body["code"], early.headers.get("retry-after")]).toEqual([409, "idempotency_in_progress", "1"]);
    passTime(minuteMs + 1000);
    const late = await call("createPayout", { body: payout("250000"), key });
    expect(late.status).toBe(201);
    const [row] = await desk.database.superuser`select count(*)::int as count from payouts where amount_paise = 250000`;
    expect(row?.["count"]).toBe(1);
  });

  test("another client's key is another key", async () => {
    const key = newKey();
    const other = await newClient(api.security, ["payouts:create"]);
    const [mine, theirs] = [await call("createPayout", { body: payout("260000"), key }), await call("createPayout", { body: payout("260000"), key }, other)];
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(mine.body["id"]).not.toBe(theirs.body["id"]);
  });

  /** As if the process had died after the act and before it noted its answer. */
  async function forget(key: string): Promise<void> {
    await desk.database.superuser.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql`update api_answers set status = null, answer = null where key = ${key}`;
    });
  }
});
