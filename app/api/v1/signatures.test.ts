// Signatures that must be refused at the service API: with one wording, without any change, and noted.
import { createHmac } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { config, setConfig } from "@/lib/config";
import { rotateClient } from "@/lib/clients";
import { clockNow } from "@/lib/time";
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
  withHeader,
  without,
  type Answered,
  type Ask,
  type TestClient,
} from "@/lib/testing/api-client";
import { openFull } from "@/lib/testing/people";
import { ctxOf, personWith, usePayoutDesk, type Person } from "@/lib/testing/payouts";
import { GET as list, POST as create } from "./payouts/route.ts";
import { GET as me } from "../me/route.ts";

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
/** The cookie is a live one: the desk itself lets it in. */
function signedInOnly(signedIn: Headers): Promise<Response> {
  const headers = { cookie: signedIn.get("cookie") ?? "", host: new URL(config().appOrigin).host };
  return me(new Request(`${config().appOrigin}/api/me`, { headers }), { params: Promise.resolve({}) });
}

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
    ["a body that a GET announces", () => get({ tamper: ({ headers }) => headers.set("content-length", "2") }), "401 bad_signature"],
    ["a body in pieces", () => get({ tamper: ({ headers }) => headers.set("transfer-encoding", "chunked") }), "401 bad_signature"],
    ["a session cookie instead of a signature", () => post({ tamper: without("signature", "signature-input") }), "401 bad_signature"],
  ];

  test.each(cases)("%s is refused, and nothing changes", async (_, attempt, expected) => {
    const before = await moneyState(desk.database);
    const answered = await attempt();
    expect(said(answered)).toBe(expected);
    expect(answered.headers.get("content-type")).toBe("application/problem+json");
    expect(answered.headers.get("accept-signature")).toContain("sig1=");
    expect(await moneyState(desk.database)).toEqual(before);
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

  test("a client of another environment is refused, however well it signs, and heard again in its own", async () => {
    const { mode } = config();
    const before = await moneyState(desk.database);
    setConfig({ ...config(), mode: mode === "sandbox" ? "demo" : "sandbox" });
    try {
      expect([said(await get()), said(await post()), said(await get({}, shared))]).toEqual(Array(3).fill("401 other_environment"));
    } finally {
      setConfig({ ...config(), mode });
    }
    expect(await moneyState(desk.database)).toEqual(before);
    expect((await get()).status).toBe(200);
  });

  test("they are noted by what was wrong", async () => {
    const why = new Set((await eventsOf(desk.database, "apisig.failed")).map((fields) => fields["why"]));
    expect([...why]).toEqual(expect.arrayContaining(["unsigned", "bad_signature", "other_environment"]));
  });
});

describe("a good signature over something else", () => {
  test("a swapped body is refused although digest and signature are good", async () => {
    const before = await moneyState(desk.database);
    const answered = await post({ tamper: (sent) => (sent.body = JSON.stringify(body("900000"))) });
    expect(said(answered)).toBe("401 body_mismatch");
    expect(await moneyState(desk.database)).toEqual(before);
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
