// Calls with a good signature that must be refused all the same: too late, twice, by who may not; and strangers who keep trying.
import { beforeAll, describe, expect, test } from "vitest";
import { config, setConfig } from "@/lib/config";
import { disablePerson } from "@/lib/auth";
import { clientSweeps, disableClient, enableClient, listClients, rotateClient } from "@/lib/clients";
import { systemCtx, withTransaction } from "@/lib/context";
import { dayMs, minuteMs, secondMs, clockNow } from "@/lib/time";
import {
  answer,
  eventsOf,
  moneyState,
  newClient,
  newKey,
  newPair,
  peerHeader,
  said,
  signedRequest,
  without,
  type Answered,
  type Ask,
  type TestClient,
} from "@/lib/testing/api-client";
import { ctxOf, passTime, personWith, usePayoutDesk, type Person } from "@/lib/testing/payouts";
import { watchStatements } from "@/lib/testing/statements";
import { GET as links } from "./links/route.ts";
import { GET as list, POST as create } from "./payouts/route.ts";
import { GET as one } from "./payouts/[id]/route.ts";
import { POST as nowhere } from "../[[...path]]/route.ts";
import { POST as deskApprove } from "../payouts/[id]/approve/route.ts";

const desk = usePayoutDesk();
let security: Person;
let client: TestClient;
let shared: TestClient;
let other: TestClient;

beforeAll(async () => {
  setConfig({ ...config(), peerHeader });
  security = await personWith("security_admin");
  client = await newClient(security, ["payouts:create", "payouts:read"]);
  shared = await newClient(security, ["payouts:create", "payouts:read"], { algorithm: "hmac-sha256" });
  other = await newClient(security, ["payouts:create", "payouts:read"]);
});

const path = "/api/v1/payouts";
const body = (amountPaise = "100000") => ({ accountId: desk.accountId, beneficiaryId: desk.beneficiaryId, amountPaise, purpose: "Invoice 42" });
const post = (ask: Partial<Ask> = {}, by = client): Promise<Answered> => answer(create, signedRequest(by, { path, body: body(), ...ask }));
const get = (ask: Partial<Ask> = {}, by = client): Promise<Answered> => answer(list, signedRequest(by, { path, ...ask }));

const nowSeconds = (): number => Math.floor(clockNow().getTime() / secondMs);

describe("time and repetition", () => {
  test.each([61, 3600, 1_000_000_000])("a clock %d s off, either way, is refused; 59 s is not", async (seconds) => {
    expect(said(await get({ createdSeconds: nowSeconds() - seconds }))).toBe("401 skewed");
    expect(said(await get({ createdSeconds: nowSeconds() + seconds + 1 }))).toBe("401 skewed");
    expect((await get({ createdSeconds: nowSeconds() - 58 })).status).toBe(200);
    expect((await get({ createdSeconds: nowSeconds() + 58 })).status).toBe(200);
  });

  test("the same request again is refused, however often and from wherever", async () => {
    const nonce = newKey();
    const createdSeconds = nowSeconds();
    const key = newKey();
    expect((await post({ nonce, createdSeconds, key })).status).toBe(201);
    const before = await moneyState(desk.database);
    for (let times = 0; times < 3; times += 1) expect(said(await post({ nonce, createdSeconds, key }))).toBe("401 replayed");
    expect(await moneyState(desk.database)).toEqual(before);
  });

  test("of twenty copies at once exactly one is heard", async () => {
    const ask = { nonce: newKey(), createdSeconds: nowSeconds(), key: newKey() };
    const answered = await Promise.all(Array.from({ length: 20 }, () => post({ ...ask, body: body("123400") })));
    expect(answered.map(said).filter((each) => each === "401 replayed")).toHaveLength(19);
    expect(answered.filter(({ status }) => status === 201)).toHaveLength(1);
    const read = { nonce: newKey(), createdSeconds: nowSeconds() };
    expect((await Promise.all(Array.from({ length: 20 }, () => get(read)))).filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test("a nonce is spent by nobody without the key: a forged copy first, the real one still counts", async () => {
    const ask = { nonce: newKey(), createdSeconds: nowSeconds(), key: newKey() };
    expect(said(await post({ ...ask, tamper: (sent) => (sent.body = "{}") }))).toBe("401 body_mismatch");
    expect(said(await post({ ...ask, keyId: client.id }, other))).toBe("401 bad_signature");
    expect((await post(ask)).status).toBe(201);
  });

  test("two clients may use the same nonce", async () => {
    const nonce = newKey();
    expect((await get({ nonce })).status).toBe(200);
    expect((await get({ nonce }, shared)).status).toBe(200);
  });
});

describe("a client that may not", () => {
  test("disabled: refused from the very next call, and heard again when enabled", async () => {
    const its = await newClient(security, ["payouts:read"]);
    expect((await get({}, its)).status).toBe(200);
    await disableClient(ctxOf(security), its.id, { reason: "its key leaked" });
    expect(said(await get({}, its))).toBe("401 client_disabled");
    await enableClient(ctxOf(security), its.id, { reason: "a false alarm" });
    expect((await get({}, its)).status).toBe(200);
  });

  test("without an owner who is still here: refused from the next call, and disabled by the sweep", async () => {
    const leaver = await personWith("support");
    const its = await newClient(security, ["payouts:read"], { ownerId: leaver.userId });
    expect((await get({}, its)).status).toBe(200);
    await withTransaction(systemCtx("test"), (tx) => disablePerson(tx, { userId: leaver.userId, reason: "has left" }));
    expect(said(await get({}, its))).toBe("401 client_disabled");
    for (const sweep of clientSweeps) await sweep.run({ ...systemCtx("sweep"), now: clockNow() });
    expect((await listClients(ctxOf(security))).items.find((item) => item.id === its.id)).toMatchObject({
      state: "disabled",
      stateReason: expect.stringContaining("owner") as string,
    });
  });

  test("expired: refused", async () => {
    const its = await newClient(security, ["payouts:read"], { days: 1 });
    passTime(dayMs + secondMs);
    expect(said(await get({}, its))).toBe("401 client_expired");
  });

  test("without the scope: 403, in the trail and among the events", async () => {
    const reader = await newClient(security, ["payouts:read"]);
    const before = await moneyState(desk.database);
    expect(said(await post({}, reader))).toBe("403 scope_missing");
    expect(said(await answer(links, signedRequest(reader, { path: "/api/v1/links" })))).toBe("403 scope_missing");
    expect(await moneyState(desk.database)).toEqual(before);
    const [row] = await desk.database.superuser`select actor_kind, factor, verb, outcome, reason from audit_log where actor_id = ${reader.id} and verb = 'POST /api/v1/payouts'`;
    expect(row).toMatchObject({ actor_kind: "client", verb: "POST /api/v1/payouts", outcome: "denied", reason: "scope_missing" });
    expect(String(row?.["factor"])).toMatch(/^ck_/);
    expect(await eventsOf(desk.database, "client.refused")).not.toEqual([]);
  });

  test("from another address than agreed, or from an unknown one: 403", async () => {
    const tied = await newClient(security, ["payouts:read"], { addresses: ["203.0.113.0/24"] });
    expect((await get({ ip: "203.0.113.9" }, tied)).status).toBe(200);
    expect(said(await get({ ip: "203.0.114.9" }, tied))).toBe("403 address_not_allowed");
    expect(said(await get({ ip: "203.0.114.9", tamper: ({ headers }) => headers.set("x-forwarded-for", "203.0.113.9") }, tied))).toBe("403 address_not_allowed");
    expect(said(await get({ tamper: without(peerHeader) }, tied))).toBe("403 address_not_allowed");
  });

  test("an old key after its overlap: refused; within it both are good", async () => {
    const its = await newClient(security, ["payouts:read"]);
    const next = newPair();
    await rotateClient(ctxOf(security), its.id, { publicKey: next.publicKey, overlapHours: 1 });
    const renewed: TestClient = { id: its.id, algorithm: "ed25519", privateKey: next.privateKey };
    expect([(await get({}, its)).status, (await get({}, renewed)).status]).toEqual([200, 200]);
    passTime(61 * minuteMs);
    expect(said(await get({}, its))).toBe("401 bad_signature");
    expect((await get({}, renewed)).status).toBe(200);
  });
});

describe("approving", () => {
  test("there is no way: no path under /api/v1, and the desk's own handler does not know programs", async () => {
    const { body: made } = await post({ body: body("555500") });
    const id = String(made["id"]);
    const before = await moneyState(desk.database);
    for (const act of ["approve", "reject", "release", "challenge"]) {
      const response = await nowhere(signedRequest(client, { path: `${path}/${id}/${act}`, body: {} }));
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([404, "no_such_path"]);
    }
    const request = signedRequest(client, { path: `/api/payouts/${id}/approve`, body: { challengeId: "chl_00000000000000000000000000", code: "123456" } });
    request.headers.set("origin", config().appOrigin);
    request.headers.set("host", new URL(config().appOrigin).host);
    expect((await deskApprove(request, { params: Promise.resolve({ id }) })).status).toBe(401);
    expect(await moneyState(desk.database)).toEqual(before);
    expect((await answer(one, signedRequest(client, { path: `${path}/${id}` }), { id })).body["status"]).toBe("pending_approval");
  });
});

describe("strangers who keep trying", () => {
  test("the tenth bad signature of an address shuts it out for half an hour, good signatures included; nobody else", async () => {
    const ip = "198.51.100.77";
    for (let times = 0; times < 10; times += 1) expect((await get({ ip }, { ...other, id: client.id })).status).toBe(401);
    const refused = await get({ ip });
    expect(said(refused)).toBe("429 too_many_bad_signatures");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(1700);
    expect((await get({ ip: "198.51.100.78" })).status).toBe(200);
    expect(await eventsOf(desk.database, "apisig.blocked")).toHaveLength(1);
    passTime(31 * minuteMs);
    expect((await get({ ip })).status).toBe(200);
  });

  test("no signature at all, a wrong clock or a repetition shuts nobody out", async () => {
    const ip = "198.51.100.80";
    const spent = { nonce: newKey(), createdSeconds: nowSeconds() };
    await get({ ip, ...spent });
    for (let times = 0; times < 12; times += 1) {
      expect(said(await get({ ip, ...spent }))).toBe("401 replayed");
      expect(said(await get({ ip, createdSeconds: nowSeconds() - 120 }))).toBe("401 skewed");
      expect(said(await get({ ip, tamper: without("signature", "signature-input") }))).toBe("401 bad_signature");
    }
    expect((await get({ ip })).status).toBe(200);
  });

  test("a hundred at once are counted to the last one", async () => {
    const ip = "198.51.100.79";
    await Promise.all(Array.from({ length: 100 }, () => get({ ip }, { ...other, id: client.id })));
    const [row] = await desk.database.superuser`select failures from auth_limits where key = ${`apisig:${ip}`}`;
    expect(Number(row?.["failures"])).toBeGreaterThanOrEqual(10);
    expect(said(await get({ ip }))).toBe("429 too_many_bad_signatures");
  });

  test("an unknown client and a bad signature cannot be told apart, by text or by what is asked of the database", async () => {
    const [unknown, wrong] = [
      { ...other, id: "cl_00000000000000000000000000" },
      { ...other, id: client.id },
    ];
    const texts = await Promise.all([get({}, unknown), get({}, wrong), get({}, { ...other, id: shared.id })]);
    expect(new Set(texts.map((each) => JSON.stringify({ ...each.body, requestId: "" }))).size).toBe(1);
    const workFor = async (by: TestClient): Promise<string[]> => {
      const asked: string[] = [];
      const watch = await watchStatements((_number, query) => void asked.push(query));
      await get({}, by);
      watch.stop();
      // The address rules are read again every few seconds, whoever comes then.
      return asked.filter((query) => !query.includes("from ip_rules"));
    };
    await workFor(wrong);
    expect(await workFor(unknown)).toEqual(await workFor(wrong));
  });
});
