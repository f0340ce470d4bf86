import { expect, test } from "@playwright/test";
import { newKey } from "./desk.ts";
import { addressOf, listDoors, roleFor, type Door } from "./doors.ts";
import { steppedUpAs } from "./people.ts";
import { expectProblem, forEachOf, send, streamOf, type Raw } from "./raw.ts";
import { settings } from "./settings.ts";
import { businessState, leavesNothing } from "./state.ts";
import { loadDemo } from "./support.ts";

type Fields = Record<string, unknown>;

const id = (prefix: string): string => `${prefix}_${"0".repeat(26)}`;
const token = "0".repeat(43);
const reason = { reason: "A reason that is long enough." };

const bytes = "AAAA";
const device = { id: bytes, rawId: bytes, type: "public-key", clientExtensionResults: {} };
const signature = { response: { ...device, response: { clientDataJSON: bytes, authenticatorData: bytes, signature: bytes } } };

/** A body each door would read without complaint; what it names does not exist, so nothing could come of it. */
const samples: Record<string, Fields> = {
  "accounts/[id]/beneficiaries": { kind: "bank_account", name: "Bad Input", accountNumber: "000123456789", ifsc: "HDFC0001234" },
  "audit/verify": {},
  authenticator: {},
  "authenticator/confirm": { code: "123456" },
  clients: { name: "Bad Input", ownerId: id("usr"), scopes: ["links:read"], algorithm: "hmac-sha256", addresses: [], days: 30 },
  "clients/[id]/disable": reason,
  "clients/[id]/enable": reason,
  "clients/[id]/rotate": { overlapHours: 0 },
  emergency: { scope: "payouts", ...reason },
  "emergency/restart": { stopId: id("stop"), ...reason },
  links: { accountId: id("acct"), amountPaise: "10000", purpose: "Bad input", phone: "9812345678", email: "a@b.example", customerName: "Bad Input", validDays: 7 },
  "links/[id]/cancel": {},
  payouts: { accountId: id("acct"), beneficiaryId: id("ben"), amountPaise: "10000", purpose: "Bad input" },
  "payouts/preview": { accountId: id("acct"), beneficiaryId: id("ben"), amountPaise: "10000" },
  "payouts/[id]/approve": { challengeId: id("chl"), code: "123456" },
  "payouts/[id]/cancel": reason,
  "payouts/[id]/challenge": { digest: "0".repeat(64) },
  "payouts/[id]/reject": reason,
  "payouts/[id]/release": reason,
  "payouts/[id]/unknown": { choice: "give_up", ...reason },
  invitation: { token, name: "Bad Input", password: "a lighthouse in the fog" },
  // Denied to the one who asks, who may not shut themselves out.
  "ip-rules": { scope: "console", effect: "deny", network: "127.0.0.0/8", ...reason },
  "ip-rules/[id]/end": reason,
  "ip-rules/bans": { network: "127.0.0.0/8", minutes: 60, ...reason },
  "ip-rules/bans/[id]/lift": reason,
  "ip-rules/preview": { end: id("ipr") },
  "one-time-links/guidance": { token, purpose: "reset", password: "a lighthouse in the fog" },
  "one-time-links/look": { token, purpose: "invitation" },
  passkeys: { name: "Bad Input", response: { ...device, response: { clientDataJSON: bytes, attestationObject: bytes } } },
  "passkeys/start": {},
  "passkeys/[id]/remove": {},
  "passkeys/[id]/rename": { name: "Bad Input" },
  "password/change": { current: "a lighthouse in the fog", next: "a harbour in the rain", code: "123456" },
  "password/forgotten": { email: "nobody@test.example" },
  "password/guidance": { password: "a lighthouse in the fog" },
  "password/reset": { token, password: "a lighthouse in the fog" },
  "recovery-codes": {},
  "sign-in/enrol": {},
  "sessions/end-others": {},
  "sessions/[id]/end": {},
  "sign-in/passkey": {},
  "sign-in/passkey/answer": signature,
  "sign-in/password": { email: "nobody@test.example", password: "not this one" },
  "sign-in/recovery": { recoveryCode: "0".repeat(16) },
  "sign-in/second-factor": { code: "123456" },
  "sign-in/second-factor/passkey": {},
  "sign-in/second-factor/passkey/answer": signature,
  "sign-out": {},
  settings: { name: "stepUpMinutes", value: 6, ...reason },
  "settings/proposals/[id]/decide": { decision: "refuse", ...reason },
  "settings/proposals/[id]/withdraw": {},
  "step-up": { act: "role", code: "123456" },
  "step-up/passkey": { act: "role" },
  "changes/[id]/decide": { decision: "refuse" },
  "changes/[id]/decide-reset": { decision: "refuse" },
  "changes/[id]/withdraw": {},
  reviews: { dueDays: 14 },
  "reviews/items/[id]": { outcome: "attested" },
  "roles/preview": { userId: id("usr"), role: "support", change: "grant" },
  "roles/report/export": {},
  users: { email: "nobody@test.example", name: "Bad Input", roles: ["auditor"], ...reason },
  "users/[id]/disable": reason,
  "users/[id]/enable": reason,
  "users/[id]/invitation": {},
  "users/[id]/reset-factors": reason,
  "users/[id]/reset-password": reason,
  "users/[id]/roles": { role: "auditor", ...reason },
  "users/[id]/roles/end": { role: "auditor", ...reason },
  "users/[id]/sessions/end": { sessionId: id("ses"), ...reason },
};

/** Fields a person may fill with any words: only what no text may hold is refused there. */
const freeText = new Set(["reason", "purpose", "name", "customerName", "password", "current", "next", "email", "stopId"]);

const never = ["nul \u0000 inside the words", "x".repeat(20_000)];
const odd = ["", " ", "'; drop table payouts; --", "1 or 1=1", "\ud800 alone", "１２３４５６", "-1", "0", "1e3", "9".repeat(30), "../../etc/passwd", "${7*7}", "<script>"];
const wrongKinds: unknown[] = [null, true, 1.5, [], {}, ["10000"], { $ne: "" }, 1e21];

const desk = { origin: settings.baseUrl, accept: "application/json" };
const json = { ...desk, "content-type": "application/json" };

async function headersFor(door: Door, more: Record<string, string> = {}): Promise<Record<string, string>> {
  const role = roleFor(door);
  const cookie = role === null ? {} : { cookie: await steppedUpAs(role) };
  return { ...cookie, ...(door.idempotent ? { "idempotency-key": newKey() } : {}), ...more };
}

const doors = listDoors();
const changing = doors.filter((door) => door.method !== "GET");
const reading = doors.filter((door) => door.method === "GET");
const sampleOf = (door: Door): Fields => samples[door.folder] ?? {};
/** What stands for an id at the doors of a folder; everywhere else a payout's. */
const prefixes: readonly (readonly [folder: string, prefix: string])[] = [
  ["accounts", "acct"],
  ["clients", "cl"],
  ["links", "lnk"],
  ["ip-rules/bans", "ban"],
  ["ip-rules", "ipr"],
];
const nowhere = (door: Door): string => addressOf(door, id(prefixes.find(([folder]) => door.folder.startsWith(folder))?.[1] ?? "po"));

test.beforeAll(async () => {
  for (const door of doors) await headersFor(door);
});

test("every handler that takes a body has a sample here, so that a new one is tested too", () => {
  expect(changing.map((door) => door.folder).sort()).toEqual(Object.keys(samples).sort());
  expect(reading.length).toBeGreaterThan(15);
});

test("a body that is no JSON, too large or of another type is refused at every door and changes nothing", async () => {
  await leavesNothing(async () => {
    for (const door of changing) {
      const text = JSON.stringify(sampleOf(door));
      const tries: [string, number[], Raw & { type?: string }][] = [
        ["cut off", [400], { body: `${text.slice(0, -1)}` }],
        ["not JSON", [400], { body: "amount=1000" }],
        ["no text at all", [400], { body: new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]) }],
        ["two values", [400], { body: `${text}${text}` }],
        ["numbers JSON has not", [400], { body: '{"amountPaise":NaN}' }],
        ["as a form", [415], { body: text, type: "application/x-www-form-urlencoded" }],
        ["as text", [415], { body: text, type: "text/plain" }],
        ["too large", [413], { body: JSON.stringify({ ...sampleOf(door), more: "x".repeat(64 * 1024) }) }],
        ["too large, length not declared", [413], { body: streamOf("x".repeat(8 * 1024), 12) }],
        ["deep", [422], { body: "[".repeat(500) + "]".repeat(500) }],
        ["null", [422], { body: "null" }],
        ["a list", [422], { body: "[]" }],
        ["a text", [422], { body: '"payouts"' }],
      ];
      await forEachOf(tries, async ([label, statuses, { type, ...raw }]) => {
        const headers = await headersFor(door, { ...json, ...(type === undefined ? {} : { "content-type": type }) });
        expectProblem(await send(nowhere(door), { ...raw, headers }), `${door.folder}: ${label}`, statuses);
      });
    }
  });
});

test("unknown, missing, wrong-typed and out-of-range fields are refused at every door and change nothing", async () => {
  await leavesNothing(async () => {
    for (const door of changing) {
      const sample = sampleOf(door);
      const bodies: [string, string][] = [
        ["an unknown field", JSON.stringify({ ...sample, isAdmin: true })],
        ["a prototype", `{"__proto__":{"isAdmin":true},${JSON.stringify(sample).slice(1)}`.replace(",}", "}")],
      ];
      for (const [field, value] of Object.entries(sample)) {
        const others = Object.fromEntries(Object.entries(sample).filter(([name]) => name !== field));
        const required = field !== "email" && field !== "customerName" && field !== "validDays" && !(door.folder === "payouts/preview" && field !== "accountId");
        if (required || door.folder === "sign-in/password") bodies.push([`without ${field}`, JSON.stringify(others)]);
        const values = [...wrongKinds, ...never, ...(freeText.has(field) ? [] : odd), ...(typeof value === "number" ? [-1, 10_000, 2 ** 53] : [])];
        for (const wrong of values) bodies.push([`${field}=${JSON.stringify(wrong).slice(0, 40)}`, JSON.stringify({ ...others, [field]: wrong })]);
      }
      await forEachOf(bodies, async ([label, body]) => {
        expectProblem(await send(nowhere(door), { headers: await headersFor(door, json), body }), `${door.folder}: ${label}`, body.length > 4_096 ? [413, 422] : [422]);
      });
    }
  });
});

test("without our own origin, and without a key where one is due, nothing is done", async () => {
  await leavesNothing(async () => {
    for (const door of changing) {
      const body = JSON.stringify(sampleOf(door));
      const { origin: _own, ...noOrigin } = json;
      for (const headers of [noOrigin, { ...json, origin: "https://elsewhere.example" }, { ...json, origin: "null" }, { ...json, "sec-fetch-site": "same-site" }]) {
        expectProblem(await send(nowhere(door), { headers: await headersFor(door, headers), body }), `${door.folder}: origin`, [403]);
      }
      if (!door.idempotent) continue;
      for (const key of [null, "short", "x".repeat(65), "spaces are not allowed", "'; drop table idempotency_keys; --"]) {
        const { "idempotency-key": _key, ...rest } = await headersFor(door, json);
        const answer = await send(nowhere(door), { headers: key === null ? rest : { ...rest, "idempotency-key": key }, body });
        expectProblem(answer, `${door.folder}: key ${key}`, [400]);
      }
    }
  });
});

test("ids and queries that make no sense are refused wherever something is read, and nothing breaks", async () => {
  const ids = ["x", "po_", "%00", "%27%20or%201%3D1", "..%2f..%2fetc", "po_0000000000000000000000000%E2%98%83", "z".repeat(2_000), id("zz")];
  const keys = "cursor limit q status kind from to min max account queue source outcome verb actorId objectKind objectId payable day".split(" ");
  const values = ["%00", "%27%3B--", "-1", "1e9", "NaN", "%F0%9F%92%B8", "x".repeat(4_000), "2026-13-45", "null", "%EF%BF%BF"];
  for (const door of reading) {
    const headers = await headersFor(door, desk);
    if (door.folder.includes("[")) {
      for (const wrong of ids) expectProblem(await send(addressOf(door, wrong), { method: "GET", headers }), `${door.folder}: id ${wrong}`, [400, 404]);
    }
    if (!door.takesQuery) continue;
    expectProblem(await send(`${nowhere(door)}?nonsense=1`, { method: "GET", headers }), `${door.folder}: an unknown parameter`, [400]);
    for (const key of keys) {
      const answers = await Promise.all(values.map((value) => send(`${nowhere(door)}?${key}=${value}`, { method: "GET", headers })));
      for (const [index, answer] of answers.entries()) {
        const label = `${door.folder}?${key}=${values[index]?.slice(0, 20) ?? ""}`;
        // A search for odd words is a search; everything else is a refusal.
        if (answer.status !== 200) expectProblem(answer, label, [400, 404]);
        else expect(["q", "verb", "actorId", "objectKind", "objectId"], label).toContain(key);
      }
    }
  }
});

test("a method a door does not have is a 405 problem that says what it does have, whoever asks", async () => {
  await leavesNothing(async () => {
    for (const folder of new Set(doors.map((door) => door.folder))) {
      const here = doors.filter((door) => door.folder === folder);
      const [door] = here;
      if (door === undefined) continue;
      const has = (method: string): boolean => here.some((other) => other.method === method);
      const does = ["GET", "HEAD", "POST", "OPTIONS"].filter((method) => method === "OPTIONS" || has(method === "HEAD" ? "GET" : method)).join(", ");
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"].filter((one) => !has(one))) {
        const answer = await send(nowhere(door), { method, headers: await headersFor(door, method === "GET" ? desk : json), ...(method === "GET" ? {} : { body: "{}" }) });
        expectProblem(answer, `${method} ${folder}`, [405]);
        expect(answer.headers.get("allow"), `${method} ${folder}`).toBe(does);
      }
      const told = await send(nowhere(door), { method: "OPTIONS", headers: desk });
      expect([told.status, told.headers.get("allow"), told.headers.get("access-control-allow-origin")], folder).toEqual([204, does, null]);
      if (has("GET")) continue;
      const head = await send(nowhere(door), { method: "HEAD", headers: desk });
      expect([head.status, head.headers.get("allow"), head.text], folder).toEqual([405, does, ""]);
    }
    for (const method of ["PROPFIND", "PURGE", "SEARCH"]) expectProblem(await send("/api/payouts", { method, headers: desk }), method, [405]);
  });
});

test("a cookie that is none of ours opens nothing", async () => {
  for (const cookie of ["__Host-sid=x", "__Host-sid=", `__Host-sid=${"a".repeat(3_000)}`, "__Host-sid=%00", "__Host-sid=eyJhbGciOiJub25lIn0.e30."]) {
    for (const door of doors.filter((each) => each.access !== "public")) {
      expectProblem(await send(nowhere(door), { method: door.method, headers: { ...json, cookie }, ...(door.method === "GET" ? {} : { body: "{}" }) }), door.folder, [401]);
    }
  }
});

test("the same key with the same body gives the stored answer, with another body 422, and one thing is made", async () => {
  const cookie = (await headersFor({ method: "POST", folder: "payouts", access: "payouts.create", takesQuery: false, idempotent: true }))["cookie"] ?? "";
  const accountId = loadDemo().accounts[0]?.id ?? "";
  const listed = await send(`/api/accounts/${accountId}/beneficiaries?payable=true`, { method: "GET", headers: { ...desk, cookie } });
  const { items } = JSON.parse(listed.text) as { items: { id: string }[] };
  const amountPaise = String(100_000 + (Date.now() % 99_991));
  const cases: [string, string, Fields][] = [
    ["/api/payouts", "payouts", { accountId, beneficiaryId: items[0]?.id ?? "", amountPaise, purpose: "Same key" }],
    ["/api/links", "payment_links", { accountId, amountPaise, purpose: "Same key", phone: "9812345678" }],
    [`/api/accounts/${accountId}/beneficiaries`, "beneficiaries", { kind: "vpa", name: "Same Key", vpa: `same.key.${amountPaise}@okbank` }],
  ];
  for (const [path, table, body] of cases) {
    const headers = { ...json, cookie, "idempotency-key": newKey() };
    const before = Number((await businessState())[table]);
    const again = () => send(path, { headers, body: JSON.stringify(body) });
    const [first, second] = await Promise.all([again(), again()]);
    const answers = [first, second, await again()];
    expect(
      answers.map((answer) => answer.status),
      path,
    ).toEqual([200, 200, 200]);
    expect(new Set(answers.map((answer) => (JSON.parse(answer.text) as { id: string }).id)).size, path).toBe(1);
    expectProblem(await send(path, { headers, body: JSON.stringify({ ...body, purpose: "Another body", name: "Another Body" }) }), `${path}: another body`, [422]);
    expectProblem(
      await send(path, { headers, body: JSON.stringify({ ...body, ...(path === "/api/payouts" ? { purpose: "Another body" } : { amountPaise: "54321" }) }) }),
      `${path}: another body`,
      [422],
    );
    expect(Number((await businessState())[table]), path).toBe(before + 1);
    if (table === "payouts") await send(`/api/payouts/${(JSON.parse(first.text) as { id: string }).id}/cancel`, { headers: { ...json, cookie }, body: JSON.stringify(reason) });
  }
});
