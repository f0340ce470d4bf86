// What must be refused: requests of other sites, bodies and rows that are not one's own, and cookies that are none.
import { expect, test } from "@playwright/test";
import { newKey } from "./desk.ts";
import { all, is, json, own, saysCode, sited, takeSeats } from "./refusals.ts";
import { request, target, type Head } from "./wire.ts";

let maker = "";
let admin = "";
let support = "";
let ended = "";
let payoutBody = "";

test.beforeAll(async () => {
  ({ maker, admin, support, ended, payoutBody } = await takeSeats());
});

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
    {
      what: "an approver changes the address rules",
      bytes: as(admin, "POST /api/ip-rules", { scope: "console", effect: "deny", network: "0.0.0.0/0", ...why }),
      may: saysCode(403, "permission_denied"),
    },
    { what: "an approver bans", bytes: as(admin, "POST /api/ip-rules/bans", { network: "203.0.113.0/24", minutes: 5, ...why }), may: saysCode(403, "permission_denied") },
    {
      what: "a payout that is none",
      bytes: as(admin, `POST /api/payouts/${nobody}/approve`, { challengeId: "chl_00000000000000000000000000", code: "123456" }),
      may: is(404, 409, 422),
    },
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
    [
      "in two headers",
      [
        ["Cookie", "theme=dark"],
        ["Cookie", maker],
      ],
      400,
    ],
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

test("there are more than a hundred cases here, so that finding nothing means something", () => {
  expect(2 * foreign.length + 25 + 19 + 32).toBeGreaterThan(100);
});
