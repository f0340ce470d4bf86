// What must be refused at the service API: each with the right status, without any change, and noted.
import { createHmac } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { config, setConfig } from "@/lib/config";
import { disableClient, enableClient, rotateClient } from "@/lib/clients";
import { dayMs, minuteMs, secondMs, clockNow } from "@/lib/time";
import { answer, newClient, newKey, newPair, peerHeader, signedRequest, type Answered, type Ask, type TestClient } from "@/lib/testing/api-client";
import { openFull } from "@/lib/testing/people";
import { ctxOf, passTime, personWith, usePayoutDesk, type Person } from "@/lib/testing/payouts";
import { GET as links } from "./links/route.ts";
import { GET as list, POST as create } from "./payouts/route.ts";
import { GET as one } from "./payouts/[id]/route.ts";
import { POST as nowhere } from "./[...path]/route.ts";
import { GET as me } from "../me/route.ts";
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
const said = ({ status, body: { code } }: Answered): string => `${status} ${String(code)}`;

async function count(table: string): Promise<number> {
  const [row] = await desk.database.superuser<{ count: number }[]>`select count(*)::int as count from ${desk.database.superuser(table)}`;
  return row?.count ?? -1;
}

/** The cookie is a live one: the desk itself lets it in. */
function signedInOnly(signedIn: Headers): Promise<Response> {
  const headers = { cookie: signedIn.get("cookie") ?? "", host: new URL(config().appOrigin).host };
  return me(new Request(`${config().appOrigin}/api/me`, { headers }), { params: Promise.resolve({}) });
}

/** What money and its trail would show, had anything been done. */
async function state(): Promise<number[]> {
  return Promise.all(["payouts", "holds", "transactions", "transaction_evidence", "jobs", "api_answers", "idempotency_keys"].map(count));
}

async function eventsOf(event: string): Promise<Record<string, string>[]> {
  const rows = await desk.database.superuser<{ fields: Record<string, string> }[]>`select fields from security_events where event = ${event}`;
  return rows.map((row) => row.fields);
}

const withHeader =
  (name: string, change: (was: string) => string): NonNullable<Ask["tamper"]> =>
  ({ headers }) =>
    headers.set(name, change(headers.get(name) ?? ""));
const without =
  (...names: string[]): NonNullable<Ask["tamper"]> =>
  ({ headers }) =>
    names.forEach((name) => headers.delete(name));
const nowSeconds = (): number => Math.floor(clockNow().getTime() / secondMs);
const all = ["@method", "@path", "@query", "content-digest", "idempotency-key"];

describe("a signature that is not exactly one", () => {
  const cases: [string, () => Promise<Answered>, string][] = [
    ["no signature at all", () => post({ tamper: without("signature", "signature-input") }), "401 bad_signature"],
    ["a signature without its input", () => post({ tamper: without("signature-input") }), "401 bad_signature"],
    ["an input without its signature", () => post({ tamper: without("signature") }), "401 bad_signature"],
    ["a signature by another key", () => post({ keyId: client.id }, other), "401 bad_signature"],
    ["a client nobody knows", () => post({ keyId: "cl_00000000000000000000000000" }), "401 bad_signature"],
    ["a key id that is no id", () => post({ keyId: "' or 1=1 --" }), "401 bad_signature"],
    ["one flipped bit", () => post({ tamper: withHeader("signature", (was) => was.replace(/:(.)/, (_, first: string) => `:${first === "A" ? "B" : "A"}`)) }), "401 bad_signature"],
    ["a signature of no bytes", () => post({ tamper: withHeader("signature", () => "sig1=::") }), "401 bad_signature"],
    ["another label", () => post({ label: "sig2" }), "401 bad_signature"],
    ["two labels", () => post({ tamper: withHeader("signature-input", (was) => `${was}, sig2=("@method");created=1`) }), "401 bad_signature"],
    ["the same label twice", () => post({ tamper: withHeader("signature-input", (was) => `${was}, ${was}`) }), "401 bad_signature"],
    ["a signature header sent twice", () => post({ tamper: ({ headers }) => headers.append("signature", headers.get("signature") ?? "") }), "401 bad_signature"],
    ["a component missing", () => post({ components: all.slice(0, 4) }), "401 bad_signature"],
    ["the digest not covered", () => post({ components: ["@method", "@path", "@query", "idempotency-key"] }), "401 bad_signature"],
    ["the key not covered", () => post({ components: all.slice(0, 3) }), "401 bad_signature"],
    ["a component more", () => post({ components: [...all, "@authority"] }), "401 bad_signature"],
    ["components in another order", () => post({ components: ["@path", "@method", ...all.slice(2)] }), "401 bad_signature"],
    ["a component with a parameter", () => post({ tamper: withHeader("signature-input", (was) => was.replace('"@method"', '"@method";req')) }), "401 bad_signature"],
    ["a parameter more", () => post({ tamper: withHeader("signature-input", (was) => `${was};expires=99999999999`) }), "401 bad_signature"],
    ["a nonce of three letters", () => post({ nonce: "abc" }), "401 bad_signature"],
    ["another method", () => get({ tamper: (sent) => (sent.method = "DELETE") }), "401 bad_signature"],
    ["another path", () => get({ tamper: (sent) => (sent.path = "/api/v1/links") }), "401 bad_signature"],
    ["a query added", () => get({ tamper: (sent) => (sent.path = `${path}?limit=1`) }), "401 bad_signature"],
    ["a query changed", () => get({ path: `${path}?limit=1`, tamper: (sent) => (sent.path = `${path}?limit=2`) }), "401 bad_signature"],
    ["a query taken away", () => get({ path: `${path}?limit=1`, tamper: (sent) => (sent.path = path) }), "401 bad_signature"],
    [
      "another digest than was signed",
      () => post({ tamper: withHeader("content-digest", (was) => was.replace(/:(.)/, (_, first: string) => `:${first === "A" ? "B" : "A"}`)) }),
      "401 bad_signature",
    ],
    ["no digest", () => post({ tamper: without("content-digest") }), "401 bad_signature"],
    ["no idempotency key", () => post({ tamper: without("idempotency-key") }), "401 bad_signature"],
    ["another idempotency key than was signed", () => post({ tamper: withHeader("idempotency-key", () => newKey()) }), "401 bad_signature"],
    ["a session cookie instead of a signature", () => post({ tamper: without("signature", "signature-input") }), "401 bad_signature"],
  ];

  test.each(cases)("%s is refused, and nothing changes", async (_, attempt, expected) => {
    const before = await state();
    const answered = await attempt();
    expect(said(answered)).toBe(expected);
    expect(answered.headers.get("content-type")).toBe("application/problem+json");
    expect(answered.headers.get("accept-signature")).toContain("sig1=");
    expect(await state()).toEqual(before);
  });

  test("a finance maker's live cookie does not help, with or without our own origin", async () => {
    const request = signedRequest(client, { path, body: body(), tamper: without("signature", "signature-input") });
    const signedIn = await openFull(desk.maker.userId, clockNow());
    request.headers.set("cookie", signedIn.get("cookie") ?? "");
    expect(said(await answer(create, request))).toBe("401 bad_signature");
    const again = signedRequest(client, { path, body: body(), tamper: without("signature", "signature-input") });
    for (const [name, value] of Object.entries({ cookie: signedIn.get("cookie") ?? "", origin: config().appOrigin, "sec-fetch-site": "same-origin" }))
      again.headers.set(name, value);
    expect(said(await answer(create, again))).toBe("401 bad_signature");
    expect((await signedInOnly(signedIn)).status).toBe(200);
  });

  test("they are noted by what was wrong", async () => {
    const why = new Set((await eventsOf("apisig.failed")).map((fields) => fields["why"]));
    expect([...why]).toEqual(expect.arrayContaining(["unsigned", "bad_signature"]));
  });
});

describe("a good signature over something else", () => {
  test("a swapped body is refused although digest and signature are good", async () => {
    const before = await state();
    const answered = await post({ tamper: (sent) => (sent.body = JSON.stringify(body("900000"))) });
    expect(said(answered)).toBe("401 body_mismatch");
    expect(await state()).toEqual(before);
  });

  test.each([
    ["sha-512", (was: string) => was.replace("sha-256", "sha-512")],
    ["two digests", (was: string) => `${was}, ${was}`],
    ["two algorithms", (was: string) => `${was}, sha-512=:AAAA:`],
    ["md5", () => "md5=:AAAAAAAAAAAAAAAAAAAAAA==:"],
    ["an empty one", () => ""],
  ])("a digest by %s is refused even when it was signed like that", async (_, change) => {
    const answered = await post({ tamper: resigned((headers) => headers.set("content-digest", change(headers.get("content-digest") ?? ""))) }, shared);
    expect(said(answered)).toBe("401 body_mismatch");
  });

  test("whitespace in the body is part of the body", async () => {
    expect(said(await post({ tamper: (sent) => (sent.body = `${sent.body ?? ""} `) }))).toBe("401 body_mismatch");
  });
});

/** Signs again, with the shared secret, after the headers were changed. */
function resigned(change: (headers: Headers) => void): NonNullable<Ask["tamper"]> {
  return ({ headers, method, path: target }) => {
    change(headers);
    const input = (headers.get("signature-input") ?? "").replace(/^sig1=/, "");
    const lines = [
      `"@method": ${method}`,
      `"@path": ${target}`,
      '"@query": ?',
      `"content-digest": ${headers.get("content-digest") ?? ""}`,
      `"idempotency-key": ${headers.get("idempotency-key") ?? ""}`,
    ];
    const base = [...lines, `"@signature-params": ${input}`].join("\n");
    if (shared.algorithm !== "hmac-sha256") throw new Error("The shared client signs with a secret.");
    headers.set("signature", `sig1=:${createHmac("sha256", shared.secret).update(base).digest("base64")}:`);
  };
}

describe("the wrong algorithm", () => {
  test("an HMAC under the public key of an Ed25519 client is no signature of it", async () => {
    const pair = newPair();
    const keyed = await newClient(security, ["payouts:read"]);
    await rotateClient(ctxOf(security), keyed.id, { publicKey: pair.publicKey, overlapHours: 0 });
    for (const secret of [pair.publicKey, pair.publicKey.trim(), "", "0".repeat(32)]) {
      const forger: TestClient = { id: keyed.id, algorithm: "hmac-sha256", secret };
      expect(said(await get({}, forger))).toBe("401 bad_signature");
      expect(said(await get({ algorithm: "ed25519" }, forger))).toBe("401 bad_signature");
    }
  });

  test.each(["hmac-sha256", "none", "rsa-pss-sha512", "ED25519", "hmac-sha512", ""])("a good Ed25519 signature that calls itself %j is refused", async (algorithm) => {
    expect(said(await get({ algorithm }))).toBe("401 bad_signature");
  });

  test("a good HMAC that calls itself ed25519 is refused", async () => {
    expect(said(await get({ algorithm: "ed25519" }, shared))).toBe("401 bad_signature");
  });
});

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
    const before = await state();
    for (let times = 0; times < 3; times += 1) expect(said(await post({ nonce, createdSeconds, key }))).toBe("401 replayed");
    expect(await state()).toEqual(before);
  });

  test("of twenty copies at once exactly one is heard", async () => {
    const ask = { nonce: newKey(), createdSeconds: nowSeconds(), key: newKey() };
    const answered = await Promise.all(Array.from({ length: 20 }, () => post({ ...ask, body: body("123400") })));
    expect(answered.map(said).filter((each) => each === "401 replayed")).toHaveLength(19);
    expect(answered.filter(({ status }) => status === 201)).toHaveLength(1);
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

  test("expired: refused", async () => {
    const its = await newClient(security, ["payouts:read"], { days: 1 });
    passTime(dayMs + secondMs);
    expect(said(await get({}, its))).toBe("401 client_expired");
  });

  test("without the scope: 403, in the trail and among the events", async () => {
    const reader = await newClient(security, ["payouts:read"]);
    const before = await state();
    expect(said(await post({}, reader))).toBe("403 scope_missing");
    expect(said(await answer(links, signedRequest(reader, { path: "/api/v1/links" })))).toBe("403 scope_missing");
    expect(await state()).toEqual(before);
    const [row] = await desk.database.superuser`select actor_kind, factor, verb, outcome, reason from audit_log where actor_id = ${reader.id} and verb = 'POST /api/v1/payouts'`;
    expect(row).toMatchObject({ actor_kind: "client", verb: "POST /api/v1/payouts", outcome: "denied", reason: "scope_missing" });
    expect(String(row?.["factor"])).toMatch(/^ck_/);
    expect(await eventsOf("client.refused")).not.toEqual([]);
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
    const before = await state();
    for (const act of ["approve", "reject", "release", "challenge"]) {
      const response = await nowhere(signedRequest(client, { path: `${path}/${id}/${act}`, body: {} }));
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([404, "no_such_path"]);
    }
    const request = signedRequest(client, { path: `/api/payouts/${id}/approve`, body: { challengeId: "chl_00000000000000000000000000", code: "123456" } });
    request.headers.set("origin", config().appOrigin);
    request.headers.set("host", new URL(config().appOrigin).host);
    expect((await deskApprove(request, { params: Promise.resolve({ id }) })).status).toBe(401);
    expect(await state()).toEqual(before);
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
    expect(await eventsOf("apisig.blocked")).toHaveLength(1);
    passTime(31 * minuteMs);
    expect((await get({ ip })).status).toBe(200);
  });

  test("a hundred at once are counted to the last one", async () => {
    const ip = "198.51.100.79";
    await Promise.all(Array.from({ length: 100 }, () => get({ ip }, { ...other, id: client.id })));
    const [row] = await desk.database.superuser`select failures from auth_limits where key = ${`apisig:${ip}`}`;
    expect(Number(row?.["failures"])).toBeGreaterThanOrEqual(10);
    expect(said(await get({ ip }))).toBe("429 too_many_bad_signatures");
  });

  test("an unknown client and a bad signature cannot be told apart, by text or by time", async () => {
    const timed = async (by: TestClient): Promise<number> => {
      const startedAt = performance.now();
      await get({}, by);
      return performance.now() - startedAt;
    };
    const [unknown, wrong] = [
      { ...other, id: "cl_00000000000000000000000000" },
      { ...other, id: client.id },
    ];
    const texts = await Promise.all([get({}, unknown), get({}, wrong), get({}, { ...other, id: shared.id })]);
    expect(new Set(texts.map((each) => JSON.stringify({ ...each.body, requestId: "" }))).size).toBe(1);
    const took: { unknown: number[]; wrong: number[] } = { unknown: [], wrong: [] };
    for (let turn = 0; turn < 60; turn += 1) {
      took.unknown.push(await timed(unknown));
      took.wrong.push(await timed(wrong));
    }
    const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length / 2] ?? 0;
    expect(Math.abs(median(took.unknown) - median(took.wrong))).toBeLessThan(2);
  });
});
