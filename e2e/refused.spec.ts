// What must be refused, byte by byte: every case names what is sent and what may come back, and none changes anything.
import { expect, test } from "@playwright/test";
import { newKey } from "./desk.ts";
import { addPerson, ask, sessionCookie } from "./people.ts";
import { leavesNothing } from "./state.ts";
import { loadDemo } from "./support.ts";
import { request, target, wire, type Head, type WireAnswer } from "./wire.ts";

type Case = { what: string; bytes: string; quietMs?: number; may: (answer: WireAnswer) => boolean };

const own = target.origin;
const json = ["Content-Type", "application/json"] as const;
const sited = [["Origin", own], json] as const;
const is =
  (...statuses: number[]) =>
  (answer: WireAnswer): boolean =>
    statuses.includes(answer.status);
const saysCode =
  (status: number, code: string) =>
  ({ status: got, body }: WireAnswer): boolean =>
    got === status && body.includes(`"code":"${code}"`);

/** No page, no data: a way to the sign-in, an error, or nothing at all. */
function isShut({ status, head, body }: WireAnswer): boolean {
  if (/(po|acct|usr|ses)_[0-9a-hjkmnp-tv-z]{26}/.test(body)) return false;
  if (status === 0 || status >= 400) return true;
  if (status >= 300) {
    const to = /^location: (.*)$/im.exec(head)?.[1]?.trim() ?? "";
    return (to.startsWith("/") && !/^\/[/\\]/.test(to)) || to.startsWith(`${own}/`);
  }
  return body.includes("NEXT_REDIRECT;") || /<title>Sign in/.test(body);
}

let maker = "";
let admin = "";
let support = "";
let ended = "";
let payoutBody = "";

test.beforeAll(async () => {
  [maker, admin, support, ended] = (await Promise.all((["finance_maker", "finance_admin", "support", "auditor"] as const).map(async (role) => sessionCookie(await addPerson([role]))))) as [string, string, string, string];
  await ask("POST", "/api/sign-out", { cookie: ended });
  const accountId = loadDemo().accounts[0]?.id ?? "";
  const listed = await ask("GET", `/api/accounts/${accountId}/beneficiaries?payable=true`, { cookie: maker });
  const { items } = listed.body as { items: { id: string }[] };
  // Good in itself: if any of the cases below were let through, there would be one more payout.
  payoutBody = JSON.stringify({ accountId, beneficiaryId: items[0]?.id ?? "", amountPaise: String(110_000 + (Date.now() % 9_991)), purpose: "Must be refused" });
});

async function all(cases: readonly Case[]): Promise<void> {
  await leavesNothing(async () => {
    for (const { what, bytes, may, quietMs } of cases) {
      const answer = await wire(bytes, quietMs);
      const shown = `${what} → ${answer.status}, ${answer.answers} answers\n${answer.head.slice(0, 400)}\n${answer.body.slice(0, 300)}`;
      expect.soft(may(answer), shown).toBe(true);
      expect.soft(answer.answers, shown).toBeLessThanOrEqual(1);
      expect.soft(answer.body, shown).not.toMatch(/\n\s+at |node_modules|drizzle|postgres:\/\/|SQLSTATE/);
      if (answer.status > 0) expect.soft(answer.head.toLowerCase(), shown).toContain("x-content-type-options: nosniff");
    }
  });
}

const payout = (head: Head, body = payoutBody): string => request("POST /api/payouts", [["Cookie", maker], ["Idempotency-Key", newKey()], ...head], body);
const stop = (head: Head): string => request("POST /api/emergency", [["Cookie", admin], ...head], JSON.stringify({ scope: "payouts", reason: "Must be refused by the door." }));

const foreign: [string, Head, number?][] = [
  ["no origin", [json]],
  ["a null origin", [json, ["Origin", "null"]]],
  ["another site", [json, ["Origin", "https://elsewhere.example"]]],
  ["another site that calls itself ours to a proxy", [json, ["Origin", "https://elsewhere.example"], ["X-Forwarded-Host", "elsewhere.example"]]],
  ["another site in a Forwarded header", [json, ["Origin", "https://elsewhere.example"], ["Forwarded", "host=elsewhere.example;proto=https"]]],
  ["another port", [json, ["Origin", `http://localhost:${Number(target.port) + 1}`]]],
  ["another scheme", [json, ["Origin", own.replace("http:", "https:")]]],
  ["the address instead of the name", [json, ["Origin", `http://127.0.0.1:${target.port}`]]],
  ["our origin in capitals", [json, ["Origin", own.toUpperCase()]]],
  ["our origin with a slash", [json, ["Origin", `${own}/`]]],
  ["our origin as a beginning", [json, ["Origin", `${own}.elsewhere.example`]]],
  ["our origin after another", [json, ["Origin", `https://elsewhere.example, ${own}`]]],
  ["our origin as somebody's user name", [json, ["Origin", `http://${target.host}@elsewhere.example`]]],
  ["only a referrer", [json, ["Referer", `${own}/payouts`]]],
  ["a file", [json, ["Origin", "file://"]]],
  ["cross-site by the browser's word", [...sited, ["Sec-Fetch-Site", "cross-site"]]],
  ["same-site by the browser's word", [...sited, ["Sec-Fetch-Site", "same-site"]]],
  ["none by the browser's word", [...sited, ["Sec-Fetch-Site", "none"]]],
  ["no word a browser has", [...sited, ["Sec-Fetch-Site", "same-origin, cross-site"]]],
  ["two origins, the first ours", [...sited, ["Origin", "https://elsewhere.example"]], 400],
  ["two origins, the second ours", [["Origin", "https://elsewhere.example"], ...sited], 400],
  ["two words of the browser", [...sited, ["Sec-Fetch-Site", "same-origin"], ["Sec-Fetch-Site", "cross-site"]], 400],
];

test("what comes from another site, with every combination of headers", () =>
  all(
    foreign.flatMap(([what, head, status]) => {
      const may = status === undefined ? saysCode(403, "foreign_origin") : is(status);
      return [
        { what: `a payout, ${what}`, bytes: payout(head), may },
        { what: `an emergency stop, ${what}`, bytes: stop(head), may },
      ];
    }),
  ));

test("bodies a handler does not ask for", () => {
  const good = JSON.parse(payoutBody) as Record<string, unknown>;
  const more = (extra: object): string => JSON.stringify({ ...good, ...extra });
  const bodies: [string, string, number, string?][] = [
    ["a form", payoutBody, 415, "application/x-www-form-urlencoded"],
    ["text", payoutBody, 415, "text/plain"],
    ["a multipart form", payoutBody, 415, "multipart/form-data; boundary=x"],
    ["nearly JSON", payoutBody, 415, "application/jsonp"],
    ["no type", payoutBody, 415, ""],
    ["null", "null", 422],
    ["an array", `[${payoutBody}]`, 422],
    ["a text", '"payout"', 422],
    ["a number", "1", 422],
    ["half of it", payoutBody.slice(0, -5), 400],
    ["two of it", payoutBody + payoutBody, 400],
    ["100 kB", more({ purpose: "x".repeat(100_000) }), 413],
    ["a status of its own choosing", more({ status: "approved" }), 422],
    ["another maker", more({ makerId: "usr_00000000000000000000000000" }), 422],
    ["no approvals needed", more({ approvalsNeeded: 0 }), 422],
    ["an id of its own choosing", more({ id: "po_00000000000000000000000000" }), 422],
    ["a fee", more({ feePaise: "-100" }), 422],
    ["a role", more({ roles: ["owner"] }), 422],
    ["a prototype", payoutBody.replace("{", '{"__proto__":{"approved":true},'), 422],
    ["an amount as a number", more({ amountPaise: 110_000 }), 422],
    ["an amount in other digits", more({ amountPaise: "१२३४५६" }), 422],
    ["a negative amount", more({ amountPaise: "-110000" }), 422],
    ["an amount as an array", more({ amountPaise: ["110000"] }), 422],
    ["no amount", more({ amountPaise: null }), 422],
    ["an operator for an id", more({ accountId: { $ne: null } }), 422],
  ];
  return all(
    bodies.map(([what, body, status, type]) => ({
      what,
      bytes: payout([["Origin", own], ...(type === "" ? [] : [["Content-Type", type ?? "application/json"] as const])], body),
      may: is(status),
    })),
  );
});

test("acts and rows that are not one's own", () => {
  const nobody = "po_00000000000000000000000000";
  const as = (cookie: string, line: string, body?: object): string => request(line, [["Cookie", cookie], ...sited], body === undefined ? "" : JSON.stringify(body));
  const why = { reason: "Must be refused by the door." };
  return all([
    { what: "support looks at a payout", bytes: as(support, `GET /api/payouts/${nobody}`), may: saysCode(403, "permission_denied") },
    { what: "support reads the trail", bytes: as(support, "GET /api/audit"), may: saysCode(403, "permission_denied") },
    { what: "support reads the address rules", bytes: as(support, "GET /api/ip-rules"), may: saysCode(403, "permission_denied") },
    { what: "a maker approves", bytes: as(maker, `POST /api/payouts/${nobody}/approve`, { challengeId: nobody, code: "123456" }), may: saysCode(403, "permission_denied") },
    { what: "a maker releases", bytes: as(maker, `POST /api/payouts/${nobody}/release`, why), may: saysCode(403, "permission_denied") },
    { what: "a maker stops", bytes: as(maker, "POST /api/emergency", { scope: "payouts", ...why }), may: saysCode(403, "permission_denied") },
    { what: "an approver requests", bytes: as(admin, "POST /api/payouts", JSON.parse(payoutBody) as object), may: saysCode(403, "permission_denied") },
    { what: "an approver changes the address rules", bytes: as(admin, "POST /api/ip-rules", { scope: "console", effect: "deny", network: "0.0.0.0/0", ...why }), may: saysCode(403, "permission_denied") },
    { what: "an approver bans", bytes: as(admin, "POST /api/ip-rules/bans", { network: "203.0.113.0/24", minutes: 5, ...why }), may: saysCode(403, "permission_denied") },
    { what: "a payout that is none", bytes: as(admin, `POST /api/payouts/${nobody}/approve`, { challengeId: "chl_00000000000000000000000000", code: "123456" }), may: is(404, 409, 422) },
    { what: "an id that is a query", bytes: as(admin, "GET /api/payouts/po_'%20or%20'1'='1"), may: is(400, 404) },
    { what: "an id that is a path", bytes: as(admin, "GET /api/payouts/..%2f..%2fme"), may: is(400, 404) },
    { what: "an id of another kind", bytes: as(admin, "GET /api/payouts/acct_00000000000000000000000000"), may: is(400, 404) },
    { what: "a change with GET", bytes: as(maker, "GET /api/emergency/restart"), may: is(405) },
    { what: "a change with DELETE", bytes: as(maker, `DELETE /api/payouts/${nobody}`), may: is(405) },
    { what: "another method named in a header", bytes: request("GET /api/emergency/restart", [["Cookie", admin], ...sited, ["X-HTTP-Method-Override", "POST"]]), may: is(405) },
    { what: "another method named in the address", bytes: as(maker, `DELETE /api/payouts/${nobody}?_method=POST`), may: is(405) },
    { what: "a change without a key to repeat it by", bytes: request("POST /api/payouts", [["Cookie", maker], ...sited], payoutBody), may: saysCode(400, "idempotency_key") },
    { what: "a key twice", bytes: payout([...sited, ["Idempotency-Key", newKey()]]), may: is(400) },
  ]);
});

test("cookies that are forged, worn out, renamed or given twice", () => {
  const token = maker.slice(maker.indexOf("=") + 1);
  const flipped = `${token.slice(0, 40)}${token[40] === "A" ? "B" : "A"}${token.slice(41)}`;
  const none = Buffer.from('{"alg":"none"}').toString("base64url");
  const cookies: [string, Head, number?][] = [
    ["none", []],
    ["empty", [["Cookie", "__Host-sid="]]],
    ["made up", [["Cookie", "__Host-sid=let-me-in"]]],
    ["one letter changed", [["Cookie", `__Host-sid=${flipped}`]]],
    ["cut short", [["Cookie", `__Host-sid=${token.slice(0, -8)}`]]],
    ["an unsigned token", [["Cookie", `__Host-sid=${none}.eyJzaWQiOiJ4In0.`]]],
    ["of a session that was ended", [["Cookie", ended]]],
    ["under another name", [["Cookie", `sid=${token}`]]],
    ["without the prefix", [["Cookie", `next-auth.session-token=${token}`]]],
    ["with another prefix", [["Cookie", `__Secure-sid=${token}`]]],
    ["with the prefix in small letters", [["Cookie", `__host-sid=${token}`]]],
    ["as a bearer", [["Authorization", `Bearer ${token}`]]],
    ["as a name and password", [["Authorization", `Basic ${Buffer.from("owner:owner").toString("base64")}`]]],
    ["forged before the good one", [["Cookie", `__Host-sid=forged; __Host-sid=${token}`]]],
    ["in the address", []],
    ["in two headers", [["Cookie", "theme=dark"], ["Cookie", maker]], 400],
  ];
  return all(
    cookies.flatMap(([what, head, status]) => {
      const may = status === undefined ? saysCode(401, "signed_out") : is(status);
      const query = what === "in the address" ? `?__Host-sid=${token}` : "";
      return [
        { what: `reading, ${what}`, bytes: request(`GET /api/payouts${query}`, head), may },
        { what: `asking, ${what}`, bytes: request(`POST /api/payouts${query}`, [...head, ...sited, ["Idempotency-Key", newKey()]], payoutBody), may },
      ];
    }),
  );
});

const passwords: [string, Head][] = [
  ...["src/middleware", "middleware:middleware:middleware:middleware:middleware", "proxy:proxy:proxy:proxy:proxy", "pages/_middleware"].map(
    (value): [string, Head] => [`skipping the proxy as ${value}`, [["x-middleware-subrequest", value]]],
  ),
  ["a prefetch of the proxy", [["x-middleware-prefetch", "1"]]],
  ["headers to be set by the proxy", [["x-middleware-override-headers", "cookie"], ["x-middleware-request-cookie", "__Host-sid=x"]]],
  ["an answer by the proxy", [["x-middleware-next", "1"], ["x-middleware-rewrite", "/sign-in"]]],
  ["another path inside", [["x-invoke-path", "/sign-in"], ["x-invoke-status", "200"], ["x-invoke-output", "/sign-in"]]],
  ["another matched path", [["x-matched-path", "/sign-in"]]],
  ["a route's matches", [["x-now-route-matches", "1=sign-in"]]],
  ["page data", [["x-nextjs-data", "1"]]],
  ["a prefetch", [["next-router-prefetch", "1"]]],
  ["the tree's data", [["rsc", "1"]]],
  ["a prefetch of the tree's data", [["rsc", "1"], ["next-router-prefetch", "1"]]],
  ["one segment", [["rsc", "1"], ["next-router-prefetch", "1"], ["next-router-segment-prefetch", "/_tree"]]],
  ["a made-up tree", [["rsc", "1"], ["next-router-state-tree", "%5B%22%22%5D"]]],
  ["a tree that is none", [["rsc", "1"], ["next-router-state-tree", "not a tree"]]],
  ["revalidation", [["x-prerender-revalidate", "1"], ["x-prerender-revalidate-if-generated", "1"]]],
  ["a browser's prefetch", [["purpose", "prefetch"], ["sec-purpose", "prefetch;prerender"]]],
  ["another address", [["x-original-url", "/api/health/live"], ["x-rewrite-url", "/api/health/live"]]],
  ["this machine", [["x-forwarded-for", "127.0.0.1"], ["x-real-ip", "127.0.0.1"], ["true-client-ip", "127.0.0.1"], ["cf-connecting-ip", "127.0.0.1"], ["forwarded", "for=127.0.0.1"]]],
  ["another host by forwarding", [["x-forwarded-host", "elsewhere.example"], ["x-forwarded-proto", "https"], ["x-forwarded-port", "443"]]],
  ["an address of the preload", [["x-peer-0123456789abcdef01234567", "10.0.0.1"]]],
  ["a nonce and a policy of its own", [["x-nonce", "AAAA"], ["content-security-policy", "default-src *"]]],
];

test("words that frameworks and proxies say to themselves open nothing", () =>
  all(
    passwords.flatMap(([what, head]) => [
      { what: `a page with ${what}`, bytes: request("GET /payouts", [["Accept", "text/html"], ...head]), may: isShut },
      // To the tree's data the framework first adds a key of its own to the address.
      {
        what: `a handler with ${what}`,
        bytes: request("GET /api/payouts", head),
        may: (answer) => saysCode(401, "signed_out")(answer) || (answer.status === 307 && /^location: \/api\/payouts\?_rsc/im.test(answer.head)),
      },
    ]),
  ));

test("an action of the framework that this house does not have", () =>
  all(
    [["next-action", "0".repeat(40)], ["next-action", "x"], ["next-resume", "1"]].map(([name = "", value = ""]) => ({
      what: `${name}: ${value}`,
      bytes: request("POST /payouts", [["Cookie", maker], ["Origin", own], ["Content-Type", "text/plain;charset=UTF-8"], [name, value]], "[]"),
      may: is(405),
    })),
  ));

test("a host that is not ours", () =>
  all([
    { what: "a handler", bytes: request("GET /api/me", [["Host", "elsewhere.example"], ["Cookie", maker]]), may: saysCode(400, "unknown_host") },
    { what: "a handler, our name as a part", bytes: request("GET /api/me", [["Host", `${target.host}.elsewhere.example`], ["Cookie", maker]]), may: saysCode(400, "unknown_host") },
    { what: "a page", bytes: request("GET /overview", [["Host", "elsewhere.example"], ["Cookie", maker], ["Accept", "text/html"]]), may: is(403) },
    { what: "the way home", bytes: request("GET /", [["Host", "elsewhere.example"], ["X-Forwarded-Host", "elsewhere.example"]]), may: isShut },
    { what: "the redirect from the address to the name", bytes: request("GET /sign-in", [["Host", `127.0.0.1:${target.port}`], ["Accept", "text/html"], ["X-Forwarded-Host", "elsewhere.example"]]), may: ({ status, head }) => status === 307 && head.includes(`location: ${own}/sign-in`) },
    { what: "two hosts", bytes: request("GET /api/me", [["Host", target.host], ["Host", "elsewhere.example"], ["Cookie", maker]]), may: is(400) },
    { what: "an expectation nobody has", bytes: request("GET /api/me", [["Expect", "a-miracle"]]), may: is(417) },
    { what: "a page that is sent something", bytes: request("POST /payouts", [["Cookie", maker], ...sited], "{}"), may: is(405) },
    { what: "no host", bytes: "GET /api/me HTTP/1.1\r\nConnection: close\r\n\r\n", may: is(400) },
  ]));

test("requests that two readers would read differently", () => {
  const raw = (lines: string, body = ""): string => `${lines.split("\n").join("\r\n")}\r\nConnection: close\r\n\r\n${body}`;
  const post = `POST /api/payouts HTTP/1.1\nHost: ${target.host}\nCookie: ${maker}\nOrigin: ${own}\nIdempotency-Key: ${newKey()}\nContent-Type: application/json`;
  const get = `GET /api/me HTTP/1.1\nHost: ${target.host}`;
  const second = `GET /api/health/live HTTP/1.1\r\nHost: ${target.host}\r\n\r\n`;
  const chunked = `${payoutBody.length.toString(16)}\r\n${payoutBody}\r\n0\r\n\r\n`;
  const shapes: [string, string, (answer: WireAnswer) => boolean][] = [
    ["a length and chunks", raw(`${post}\nContent-Length: ${payoutBody.length}\nTransfer-Encoding: chunked`, chunked), is(400)],
    ["chunks and a length", raw(`${post}\nTransfer-Encoding: chunked\nContent-Length: 5`, `0\r\n\r\n${second}`), is(400)],
    ["two lengths", raw(`${post}\nContent-Length: ${payoutBody.length}\nContent-Length: 5`, payoutBody), is(400)],
    ["the same length twice", raw(`${post}\nContent-Length: ${payoutBody.length}\nContent-Length: ${payoutBody.length}`, payoutBody), is(400)],
    ["a list of lengths", raw(`${post}\nContent-Length: ${payoutBody.length}, 5`, payoutBody), is(400)],
    ["a signed length", raw(`${post}\nContent-Length: +${payoutBody.length}`, payoutBody), is(400)],
    ["a negative length", raw(`${post}\nContent-Length: -1`, payoutBody), is(400)],
    ["a length of twenty digits", raw(`${post}\nContent-Length: ${"9".repeat(20)}`, payoutBody), is(400, 413)],
    ["an encoding nobody knows", raw(`${post}\nTransfer-Encoding: xchunked`, chunked), is(400, 501)],
    ["chunks that are not last", raw(`${post}\nTransfer-Encoding: chunked, identity`, chunked), is(400, 501)],
    ["chunks twice", raw(`${post}\nTransfer-Encoding: chunked\nTransfer-Encoding: chunked`, chunked), (answer) => answer.status >= 400],
    ["a blank before the colon", raw(`${post}\nTransfer-Encoding : chunked`, chunked), is(400)],
    ["a header on two lines", raw(`${post}\nX-A: 1\n folded\nContent-Length: ${payoutBody.length}`, payoutBody), is(400)],
    ["a header without a colon", raw(`${get}\nnothing here`), is(400)],
    ["a NUL in a header", raw(`${get}\nX-A: a\u0000b`), is(400)],
    ["a bare line feed", `${get}\nX-A: 1\r\n\r\n`, is(400)],
    ["a bare carriage return", raw(`${get}\nX-A: a\rCookie: ${maker}`), is(400)],
    ["a chunk that is no number", raw(`${post}\nTransfer-Encoding: chunked`, "zz\r\nx\r\n0\r\n\r\n"), is(400)],
    ["a chunk larger than any", raw(`${post}\nTransfer-Encoding: chunked`, `${"f".repeat(20)}\r\n`), is(400, 413)],
    ["100 kB of headers", raw(`${get}\nX-A: ${"a".repeat(100_000)}`), is(431)],
    ["a hundred thousand bytes of cookies", raw(`${get}\nCookie: ${"a=b; ".repeat(20_000)}`), is(431)],
    ["thousands of headers", raw(`${get}\n${Array.from({ length: 4000 }, (_, index) => `X-${index}: 1`).join("\n")}`), is(431, 400)],
    ["an address of 40 kB", raw(`GET /api/me?q=${"a".repeat(40_000)} HTTP/1.1\nHost: ${target.host}`), is(431, 414, 400)],
    ["another site's whole address", raw(`GET http://elsewhere.example/api/me HTTP/1.1\nHost: ${target.host}\nCookie: ${maker}`), is(400)],
    ["our own whole address", raw(`GET ${own}/api/me HTTP/1.1\nHost: ${target.host}\nCookie: ${maker}`), is(400)],
    ["a scheme without slashes", raw(`GET http:elsewhere.example HTTP/1.1\nHost: ${target.host}`), is(400)],
    ["a tunnel", raw(`CONNECT elsewhere.example:443 HTTP/1.1\nHost: elsewhere.example:443`), (answer) => answer.status === 0 || answer.status >= 400],
    ["a question to nobody", raw(`OPTIONS * HTTP/1.1\nHost: ${target.host}`), is(400)],
    ["a method that is none", raw(`STEAL /api/me HTTP/1.1\nHost: ${target.host}`), is(400, 405, 501)],
    ["a method in small letters", raw(`get /api/me HTTP/1.1\nHost: ${target.host}`), is(400)],
    ["a version that is none", raw(`GET /api/me HTTP/9.9\nHost: ${target.host}`), is(400, 505)],
    ["no version", "GET /api/me\r\n\r\n", (answer) => answer.status === 0 || answer.status >= 400],
    ["an upgrade", raw(`${get}\nUpgrade: websocket\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\nSec-WebSocket-Version: 13`).replace("Connection: close", "Connection: Upgrade"), (answer) => answer.status !== 101 && answer.status !== 200],
    ["no HTTP at all", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000", (answer) => answer.status === 0 || answer.status === 400],
  ];
  return all(shapes.map(([what, bytes, may]) => ({ what, bytes, may, quietMs: 150 })));
});

const paths = [
  ..."//api/payouts /api//payouts /api/./payouts /api/../api/payouts /api/%2e%2e/api/payouts /API/PAYOUTS /api/payouts/ /api/payouts;x=1 /api/payouts%00 /api/payouts%2f /api%2fpayouts /api/payouts. /api/payouts..;/".split(" "),
  ..."/api/payouts%20 /%61pi/payouts /api/health/live/../../payouts /api/health/live%2f..%2f..%2fpayouts /./api/payouts /api\\payouts /api/payouts%3f /api/payouts%23 /api/%70ayouts /api/payouts/%2e /api/payouts.json".split(" "),
  ..."//payouts /Payouts /payouts/ /payouts; /payouts%2f /payouts.rsc /payouts.txt /payouts.html /payouts.prefetch.rsc /payouts.segments/_tree.segment.rsc /(desk)/payouts /%28desk%29/payouts /payouts/. /payouts/%2e%2e/payouts /en/payouts".split(" "),
  ..."/_next/data/build/payouts.json /_next/data/x/api/payouts.json /_next/static/../../api/payouts /_next/static/..%2f..%2fpackage.json /_next/static/%2e%2e/server/app/page.js /_next/server/app/page.js /_next/image?url=/icon.svg&w=64&q=75".split(" "),
  ..."/.env /.git/config /.data/demo.json /package.json /next.config.ts /..%2f..%2f..%2f..%2fetc/passwd /....//....//etc/passwd /%5c..%5cwindows /server.js /_error /_document /__nextjs_original-stack-frame /debug /actuator/env".split(" "),
  ..."//elsewhere.example/payouts /\\elsewhere.example/payouts /%5celsewhere.example /%2f%2felsewhere.example /.//elsewhere.example ///elsewhere.example/%2e%2e".split(" "),
];

test("roundabout spellings of a path lead nowhere, and no redirect leads away", () => all(paths.map((path) => ({ what: path, bytes: request(`GET ${path}`, [["Accept", "text/html, */*"]]), may: isShut }))));

test("there are more than two hundred cases, so that finding nothing means something", () => {
  expect(2 * foreign.length + 25 + 19 + 32 + 2 * passwords.length + 3 + 9 + 34 + paths.length).toBeGreaterThan(200);
});
