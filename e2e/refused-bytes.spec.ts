// What must be refused, byte by byte: words of frameworks, names of other hosts, shapes two readers would read differently, roundabout paths.
import { expect, test } from "@playwright/test";
import { newKey } from "./desk.ts";
import { all, is, isShut, own, saysCode, sited, takeSeats } from "./refusals.ts";
import { request, target, type Head, type WireAnswer } from "./wire.ts";

let maker = "";
let payoutBody = "";

test.beforeAll(async () => {
  ({ maker, payoutBody } = await takeSeats());
});

const passwords: [string, Head][] = [
  ...["src/middleware", "middleware:middleware:middleware:middleware:middleware", "proxy:proxy:proxy:proxy:proxy", "pages/_middleware"].map((value): [string, Head] => [
    `skipping the proxy as ${value}`,
    [["x-middleware-subrequest", value]],
  ]),
  ["a prefetch of the proxy", [["x-middleware-prefetch", "1"]]],
  [
    "headers to be set by the proxy",
    [
      ["x-middleware-override-headers", "cookie"],
      ["x-middleware-request-cookie", "__Host-sid=x"],
    ],
  ],
  [
    "an answer by the proxy",
    [
      ["x-middleware-next", "1"],
      ["x-middleware-rewrite", "/sign-in"],
    ],
  ],
  [
    "another path inside",
    [
      ["x-invoke-path", "/sign-in"],
      ["x-invoke-status", "200"],
      ["x-invoke-output", "/sign-in"],
    ],
  ],
  ["another matched path", [["x-matched-path", "/sign-in"]]],
  ["a route's matches", [["x-now-route-matches", "1=sign-in"]]],
  ["page data", [["x-nextjs-data", "1"]]],
  ["a prefetch", [["next-router-prefetch", "1"]]],
  ["the tree's data", [["rsc", "1"]]],
  [
    "a prefetch of the tree's data",
    [
      ["rsc", "1"],
      ["next-router-prefetch", "1"],
    ],
  ],
  [
    "one segment",
    [
      ["rsc", "1"],
      ["next-router-prefetch", "1"],
      ["next-router-segment-prefetch", "/_tree"],
    ],
  ],
  [
    "a made-up tree",
    [
      ["rsc", "1"],
      ["next-router-state-tree", "%5B%22%22%5D"],
    ],
  ],
  [
    "a tree that is none",
    [
      ["rsc", "1"],
      ["next-router-state-tree", "not a tree"],
    ],
  ],
  [
    "revalidation",
    [
      ["x-prerender-revalidate", "1"],
      ["x-prerender-revalidate-if-generated", "1"],
    ],
  ],
  [
    "a browser's prefetch",
    [
      ["purpose", "prefetch"],
      ["sec-purpose", "prefetch;prerender"],
    ],
  ],
  [
    "another address",
    [
      ["x-original-url", "/api/health/live"],
      ["x-rewrite-url", "/api/health/live"],
    ],
  ],
  [
    "this machine",
    [
      ["x-forwarded-for", "127.0.0.1"],
      ["x-real-ip", "127.0.0.1"],
      ["true-client-ip", "127.0.0.1"],
      ["cf-connecting-ip", "127.0.0.1"],
      ["forwarded", "for=127.0.0.1"],
    ],
  ],
  [
    "another host by forwarding",
    [
      ["x-forwarded-host", "elsewhere.example"],
      ["x-forwarded-proto", "https"],
      ["x-forwarded-port", "443"],
    ],
  ],
  ["an address of the preload", [["x-peer-0123456789abcdef01234567", "10.0.0.1"]]],
  [
    "a nonce and a policy of its own",
    [
      ["x-nonce", "AAAA"],
      ["content-security-policy", "default-src *"],
    ],
  ],
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
    [
      ["next-action", "0".repeat(40)],
      ["next-action", "x"],
      ["next-resume", "1"],
    ].map(([name = "", value = ""]) => ({
      what: `${name}: ${value}`,
      bytes: request(
        "POST /payouts",
        [
          ["Cookie", maker],
          ["Origin", own],
          ["Content-Type", "text/plain;charset=UTF-8"],
          [name, value],
        ],
        "[]",
      ),
      may: is(405),
    })),
  ));

test("a host that is not ours", () =>
  all([
    {
      what: "a handler",
      bytes: request("GET /api/me", [
        ["Host", "elsewhere.example"],
        ["Cookie", maker],
      ]),
      may: saysCode(400, "unknown_host"),
    },
    {
      what: "a handler, our name as a part",
      bytes: request("GET /api/me", [
        ["Host", `${target.host}.elsewhere.example`],
        ["Cookie", maker],
      ]),
      may: saysCode(400, "unknown_host"),
    },
    {
      what: "a page",
      bytes: request("GET /overview", [
        ["Host", "elsewhere.example"],
        ["Cookie", maker],
        ["Accept", "text/html"],
      ]),
      may: is(400),
    },
    {
      what: "the way home",
      bytes: request("GET /", [
        ["Host", "elsewhere.example"],
        ["X-Forwarded-Host", "elsewhere.example"],
      ]),
      may: isShut,
    },
    {
      what: "the redirect from the address to the name",
      bytes: request("GET /sign-in", [
        ["Host", `127.0.0.1:${target.port}`],
        ["Accept", "text/html"],
        ["X-Forwarded-Host", "elsewhere.example"],
      ]),
      may: ({ status, head }) => status === 307 && head.includes(`location: ${own}/sign-in`),
    },
    {
      what: "two hosts",
      bytes: request("GET /api/me", [
        ["Host", target.host],
        ["Host", "elsewhere.example"],
        ["Cookie", maker],
      ]),
      may: is(400),
    },
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
    [
      "an upgrade",
      raw(`${get}\nUpgrade: websocket\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\nSec-WebSocket-Version: 13`).replace("Connection: close", "Connection: Upgrade"),
      (answer) => answer.status !== 101 && answer.status !== 200,
    ],
    ["no HTTP at all", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000", (answer) => answer.status === 0 || answer.status === 400],
  ];
  return all(shapes.map(([what, bytes, may]) => ({ what, bytes, may, quietMs: 150 })));
});

const paths = [
  ..."//api/payouts /api//payouts /api/./payouts /api/../api/payouts /api/%2e%2e/api/payouts /API/PAYOUTS /api/payouts/ /api/payouts;x=1 /api/payouts%00 /api/payouts%2f /api%2fpayouts /api/payouts. /api/payouts..;/".split(
    " ",
  ),
  ..."/api/payouts%20 /%61pi/payouts /api/health/live/../../payouts /api/health/live%2f..%2f..%2fpayouts /./api/payouts /api\\payouts /api/payouts%3f /api/payouts%23 /api/%70ayouts /api/payouts/%2e /api/payouts.json".split(
    " ",
  ),
  ..."//payouts /Payouts /payouts/ /payouts; /payouts%2f /payouts.rsc /payouts.txt /payouts.html /payouts.prefetch.rsc /payouts.segments/_tree.segment.rsc /(desk)/payouts /%28desk%29/payouts /payouts/. /payouts/%2e%2e/payouts /en/payouts".split(
    " ",
  ),
  ..."/_next/data/build/payouts.json /_next/data/x/api/payouts.json /_next/static/../../api/payouts /_next/static/..%2f..%2fpackage.json /_next/static/%2e%2e/server/app/page.js /_next/server/app/page.js /_next/image?url=/icon.svg&w=64&q=75".split(
    " ",
  ),
  ..."/.env /.git/config /.data/demo.json /package.json /next.config.ts /..%2f..%2f..%2f..%2fetc/passwd /....//....//etc/passwd /%5c..%5cwindows /server.js /_error /_document /__nextjs_original-stack-frame /debug /actuator/env".split(
    " ",
  ),
  ..."//elsewhere.example/payouts /\\elsewhere.example/payouts /%5celsewhere.example /%2f%2felsewhere.example /.//elsewhere.example ///elsewhere.example/%2e%2e".split(" "),
];

test("roundabout spellings of a path lead nowhere, and no redirect leads away", () =>
  all(paths.map((path) => ({ what: path, bytes: request(`GET ${path}`, [["Accept", "text/html, */*"]]), may: isShut }))));

const back =
  "GET /api/../overview|POST /api/../sign-in|GET /_next/../sign-in|GET /_next/static/%2e%2e/%2E%2E/sign-in|GET /api/health/../../sign-in|GET /./sign-in|GET /sign-in/..|GET /x/..\\sign-in|GET /x/.%2e/sign-in?q|GET /security?q=%00|GET /sign-in?next=a%00";
test("a path that walks back is not walked: what is said of its beginning would be said of another; nor is a page asked for a NUL", () =>
  all(back.split("|").map((line) => ({ what: line, bytes: request(line, []), may: is(400) }))));

test("there are more than a hundred cases here, so that finding nothing means something", () => {
  expect(2 * passwords.length + 3 + 9 + 34 + paths.length).toBeGreaterThan(100);
});
