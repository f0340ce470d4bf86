// The published document and the handlers say the same; one key, one act; names instead of ids; masks instead of people.
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fromJSONSchema } from "zod";
import { beforeAll, describe, expect, test } from "vitest";
import { openApiDocument } from "@/lib/api";
import { operations } from "@/lib/api/contract";
import { config, setConfig } from "@/lib/config";
import { clientSweeps, listClients, makersOfClient } from "@/lib/clients";
import type { ApiHandler } from "@/lib/http/api-route";
import { createPerson } from "@/lib/auth";
import { systemCtx, withTransaction } from "@/lib/context";
import { getPayout } from "@/lib/payouts";
import { clockNow, dayMs, hourMs, minuteMs } from "@/lib/time";
import { answer, newClient, newKey, peerHeader, signedRequest, type Answered, type Ask, type TestClient } from "@/lib/testing/api-client";
import { ctxOf, passTime, personWith, signAs, usePayoutDesk, type Person } from "@/lib/testing/payouts";

const desk = usePayoutDesk();
let security: Person;
let client: TestClient;

type Schema = { [key: string]: unknown };
type Documented = {
  operationId: string;
  "x-scope": string;
  parameters: { name?: string; $ref?: string }[];
  responses: Record<string, { content?: Record<string, { schema: Schema }>; $ref?: string }>;
};
const document = () =>
  openApiDocument("http://localhost:3000") as {
    paths: Record<string, Record<string, Documented>>;
    components: { schemas: { Problem: Schema }; responses: Record<string, unknown>; parameters: Record<string, unknown> };
  };

beforeAll(async () => {
  setConfig({ ...config(), peerHeader });
  security = await personWith("security_admin");
  client = await newClient(security, ["payouts:create", "payouts:read", "links:create", "links:read", "accounts:read", "balances:read", "transactions:read"], { name: "Payroll" });
});

const root = join(import.meta.dirname);
const own = new Set(["openapi.json"]);

async function handlers(): Promise<[string, ApiHandler][]> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.name === "route.ts" && !own.has(relative(root, entry.parentPath)));
  const found: [string, ApiHandler][] = [];
  for (const file of files) {
    const declared = (await import(/* @vite-ignore */ join(file.parentPath, file.name))) as Record<string, ApiHandler>;
    // HEAD is GET's own, and what carries no operation is the refusal of a method that the door does not have.
    for (const [method, handler] of Object.entries(declared).filter(([name, each]) => name !== "HEAD" && "operation" in each))
      found.push([`${method} /api/v1/${relative(root, file.parentPath).replace(/\[(\w+)\]/g, "{$1}")}`, handler]);
  }
  return found;
}

async function call(id: keyof typeof operations, ask: Partial<Ask> & { params?: Record<string, string>; query?: string } = {}, by = client): Promise<Answered> {
  const operation = operations[id];
  const path = Object.entries(ask.params ?? {}).reduce((at, [name, value]) => at.replace(`{${name}}`, value), operation.path as string) + (ask.query ?? "");
  const [, handler] = (await handlers()).find(([name]) => name === `${operation.method} ${operation.path}`) ?? [];
  if (handler === undefined) throw new Error(`There is no handler for ${id}.`);
  return answer(handler, signedRequest(by, { path, ...ask }), ask.params ?? {});
}

const payout = (amountPaise = "100000") => ({ accountId: desk.accountId, beneficiaryId: desk.beneficiaryId, amountPaise, purpose: "Invoice 42" });
const link = () => ({ accountId: desk.accountId, amountPaise: "250000", purpose: "Order 7", phone: "9876543210", email: "asha.rao@customers.example", customerName: "Asha Rao" });

describe("the document", () => {
  test("describes every handler, and nothing else", async () => {
    const described = Object.entries(document().paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
    expect(described.sort()).toEqual((await handlers()).map(([name]) => name).sort());
    expect(described.length).toBe(Object.keys(operations).length);
  });

  test("names scope, signature headers and refusals of each, and every reference in it leads somewhere", () => {
    const { paths, components } = document();
    for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods))) {
      expect(operation["x-scope"]).toMatch(/:(create|read)$/);
      const refs = operation.parameters.map((parameter) => parameter.$ref);
      expect(refs).toEqual(expect.arrayContaining(["#/components/parameters/SignatureInput", "#/components/parameters/Signature"]));
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(["400", "401", "403", "429", "503"]));
    }
    const all = [...JSON.stringify(document()).matchAll(/"#\/components\/(\w+)\/(\w+)"/g)];
    for (const [, kind = "", name = ""] of all) expect((components as Record<string, Record<string, unknown>>)[kind]?.[name], `${kind}/${name}`).toBeDefined();
    expect(JSON.stringify(document())).not.toMatch(/approve"|verdict|digest_|"held_reasons"/i);
  });

  const conforms = (id: keyof typeof operations, { status, body }: Answered): void => {
    const operation = operations[id];
    const responses = document().paths[operation.path]?.[operation.method.toLowerCase()]?.responses ?? {};
    const content = status >= 400 ? { schema: document().components.schemas.Problem } : responses[String(status)]?.content?.["application/json"];
    expect(Object.keys(responses), `${id} answered ${status}`).toContain(String(status));
    if (content === undefined) throw new Error(`${id}: ${status} is not described.`);
    const result = fromJSONSchema(content.schema as Parameters<typeof fromJSONSchema>[0]).safeParse(body);
    expect(result.error?.issues ?? [], `${id}: ${JSON.stringify(body)}`).toEqual([]);
  };

  test("real answers are as it says: good ones and refusals", async () => {
    const made = await call("createPayout", { body: payout() });
    const made2 = await call("createLink", { body: link() });
    expect([made.status, made2.status]).toEqual([201, 201]);
    conforms("createPayout", made);
    const id = String(made.body["id"]);
    conforms("createLink", made2);
    const asked: [keyof typeof operations, Parameters<typeof call>[1]][] = [
      ["getPayout", { params: { id } }],
      ["listPayouts", { query: `?account=${desk.accountId}&limit=1` }],
      ["getLink", { params: { id: String(made2.body["id"]) } }],
      ["listLinks", {}],
      ["listAccounts", {}],
      ["listBeneficiaries", { params: { id: desk.accountId } }],
      ["getBalances", { params: { id: desk.accountId } }],
      ["listTransactions", { query: "?kind=payout&limit=1" }],
      ["getTransaction", { params: { id } }],
    ];
    const refused: [keyof typeof operations, Parameters<typeof call>[1], number][] = [
      ["getPayout", { params: { id: "po_00000000000000000000000000" } }, 404],
      ["getPayout", { params: { id: "nonsense" } }, 400],
      ["listPayouts", { query: "?limit=101" }, 400],
      ["listPayouts", { query: "?queue=waiting" }, 400],
      ["listPayouts", { query: "?limit=1&limit=2" }, 400],
      ["listPayouts", { query: "?cursor=1.po_xyz" }, 400],
      ["listLinks", { query: "?cursor=abc" }, 400],
      ["listAccounts", { query: "?cursor=abc" }, 400],
      ["listBeneficiaries", { params: { id: "acct_00000000000000000000000000" } }, 404],
      ["createPayout", { body: { ...payout(), approvalsNeeded: 0 } }, 422],
      ["createPayout", { body: { ...payout(), amountPaise: 100000 } }, 422],
      ["createPayout", { body: payout("99") }, 422],
      ["createPayout", { body: payout("9999999999") }, 409],
      ["createPayout", { body: { ...payout(), beneficiaryId: "ben_00000000000000000000000000" } }, 404],
      ["createPayout", { body: payout(), tamper: ({ headers }) => headers.set("content-type", "text/plain") }, 415],
      ["createPayout", { body: payout(), key: "short" }, 400],
    ];
    const good = asked.map(([name, ask]) => [name, ask, 200] as const);
    for (const [name, ask, status] of [...good, ...refused]) {
      const answered = await call(name, ask);
      expect(answered.status, `${name} ${JSON.stringify(ask)}`).toBe(status);
      conforms(name, answered);
    }
  });

  test("pages follow each other without a gap or a repeat", async () => {
    const seen: string[] = [];
    for (let page = 0, query = "?limit=1"; page < 20; page += 1) {
      const { items, nextCursor } = (await call("listPayouts", { query })).body as { items: { id: string }[]; nextCursor: string | null };
      seen.push(...items.map((item) => item.id));
      if (nextCursor === null) break;
      query = `?limit=1&cursor=${nextCursor}`;
    }
    const [row] = await desk.database.superuser<{ count: number }[]>`select count(*)::int as count from payouts`;
    expect([seen.length, new Set(seen).size]).toEqual([row?.count, row?.count]);
  });

  test("nobody's name, phone, e-mail or account number is in any answer", async () => {
    const lists = (["listPayouts", "listLinks", "listTransactions", "listBeneficiaries"] as const).map((name) => call(name, { params: { id: desk.accountId } }));
    const answers = await Promise.all([...lists, call("createLink", { body: link() })]);
    expect(JSON.stringify(answers)).not.toMatch(/Asha Rao|9876543210|asha\.rao@|026291800001191/);
  });
});

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
      expect([other.status, other.body["code"]]).toEqual([422, "idempotency_mismatch"]);
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
    const other = await newClient(security, ["payouts:create"]);
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

describe("who is behind a program", () => {
  test("it is the maker, by name; whoever is behind it cannot sign, others can", async () => {
    const behind = await personWith("finance_admin");
    const its = await newClient(security, ["payouts:create"], { ownerId: desk.maker.userId, name: "Salaries" });
    expect((await makersOfClient(null, its.id)).sort()).toEqual([security.userId, desk.maker.userId].sort());
    // Nobody becomes both on any ordinary way; should it happen all the same, the vote is refused.
    await desk.database.superuser.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql`insert into client_makers (client_id, user_id, why, since) values (${its.id}, ${behind.userId}, 'owns', ${clockNow().toISOString()}::text::timestamptz)`;
    });
    const made = await call("createPayout", { body: payout("270000") }, its);
    const id = String(made.body["id"]);
    const panel = await getPayout(ctxOf(behind), id);
    expect(panel.payout.maker.name).toBe("API client Salaries");
    expect(panel.acts.approve).toMatchObject({ allowed: false, reasons: [{ code: "own_payout" }] });
    expect(panel.timeline[0]?.actor).toBe("API client Salaries");
    await expect(signAs(behind, id)).rejects.toMatchObject({ code: "conflict" });
    const settle = desk.database.owner.begin(async (sql) => {
      await sql`select set_config('app.actor', ${behind.userId}, true), set_config('app.xid', pg_current_xact_id()::text, true)`;
      await sql`insert into payout_resolutions (payout_id, attempt_number, choice, person_id, reason, gateway_code, at) values (${id}, 1, 'give_up', ${behind.userId}, 'because', 'X', ${clockNow().toISOString()}::text::timestamptz)`;
    });
    await expect(settle).rejects.toMatchObject({ code: "CS106" });
    expect((await signAs(desk.admin, id)).status).toBe("approved");
  });

  test("its owner may withdraw what it asked for, when they may withdraw payouts at all", async () => {
    const its = await newClient(security, ["payouts:create"], { ownerId: desk.maker.userId });
    const made = await call("createPayout", { body: payout("280000") }, its);
    expect((await getPayout(ctxOf(desk.maker), String(made.body["id"]))).acts.cancel.allowed).toBe(true);
    expect((await getPayout(ctxOf(await personWith("finance_maker")), String(made.body["id"]))).acts.cancel.allowed).toBe(false);
  });

  test("the database answers the same question, and forgets nobody", async () => {
    const [row] = await desk.database
      .app`select is_client_maker(${client.id}, ${security.userId}) as yes, is_client_maker(${client.id}, ${desk.admin.userId}) as no, is_client_maker('usr_x', 'usr_x') as nobody`;
    expect(row).toEqual({ yes: true, no: false, nobody: false });
    await expect(desk.database.owner`delete from client_makers`).rejects.toThrow();
    await expect(desk.database.app`update client_makers set user_id = 'usr_x'`).rejects.toThrow();
  });
});

describe("sweeps", () => {
  test("an unused client is disabled after thirty days, one in use is not, and old calls and answers are thrown away", async () => {
    const idle = await newClient(security, ["payouts:read"], { days: 365 });
    const busy = await newClient(security, ["payouts:create", "accounts:read"], { days: 365 });
    await call("createPayout", { body: payout("290000") }, busy);
    passTime(29 * dayMs);
    await call("listAccounts", {}, busy);
    const run = async (): Promise<void> => {
      for (const sweep of clientSweeps) await sweep.run({ ...systemCtx("sweep"), now: clockNow() });
    };
    const stateOf = async (id: string) => (await listClients(ctxOf(security))).items.find((item) => item.id === id);
    await run();
    expect([(await stateOf(idle.id))?.state, (await stateOf(busy.id))?.state]).toEqual(["active", "active"]);
    passTime(dayMs + hourMs);
    await run();
    expect(await stateOf(idle.id)).toMatchObject({ state: "disabled", stateReason: expect.stringMatching(/30 days/) as string });
    expect((await stateOf(busy.id))?.state).toBe("active");
    const [left] = await desk.database
      .superuser`select (select count(*)::int from api_calls where client_id = ${busy.id}) as calls, (select count(*)::int from api_answers where client_id = ${busy.id}) as answers`;
    expect(left).toEqual({ calls: 1, answers: 0 });
  });
});

test("a client is owned by an active person", async () => {
  const { userId } = await withTransaction(systemCtx("test"), (tx) =>
    createPerson(tx, { email: "gone@test.example", name: "Gone Person", password: newKey() + newKey(), roles: [] }),
  );
  await desk.database.superuser.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`update users set status = 'disabled' where id = ${userId}`;
  });
  await expect(newClient(security, ["payouts:read"], { ownerId: userId })).rejects.toMatchObject({ kind: "owner_not_active" });
  await expect(newClient(desk.admin, ["payouts:read"])).rejects.toMatchObject({ kind: "permission_denied" });
});
