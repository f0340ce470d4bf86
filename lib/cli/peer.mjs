// Preloaded into the web process, in front of the framework. It notes each request's socket address under a header name
// made up at this start (the framework shows handlers no socket, and every name a client could know a client could send),
// puts the house's headers on every answer, refuses what no browser and no client of ours sends, and writes down the status
// that a page's own door has said.
import { randomBytes, timingSafeEqual } from "node:crypto";
import { STATUS_CODES, Server } from "node:http";
import { bareContentPolicy, everywhere, transportSecurity } from "../http/everywhere.ts";
import { methodNames } from "../http/method-names.ts";
import { answeringAsSaid } from "../http/page-answer.ts";
import { newId } from "../ids.ts";

const name = `x-peer-${randomBytes(12).toString("hex")}`;
process.env.PEER_HEADER = name;

const headers = { ...everywhere, ...transportSecurity(process.env.APP_ORIGIN ?? ""), "Content-Security-Policy": bareContentPolicy };
const edgeSecret = process.env.EDGE_SECRET ? Buffer.from(process.env.EDGE_SECRET) : null;

// What the framework says to itself between its own processes; from outside it can only be an attempt to skip a step.
const internal = /^(x-middleware-|x-invoke-|x-matched-path$|x-now-route-matches$|x-nextjs-(?!data$)|next-resume$|next-action$|x-peer-)/;

function isThroughEdge(request) {
  if (edgeSecret === null || request.url.startsWith("/api/health/")) return true;
  const given = Buffer.from(String(request.headers["x-edge-secret"] ?? ""));
  return given.length === edgeSecret.length && timingSafeEqual(given, edgeSecret);
}

function refuse(response, status, more = {}) {
  response.writeHead(status, { ...more, "Content-Length": 0, Connection: "close" });
  response.end();
  return false;
}

// A header given twice means two readers may believe different ones.
const single = ["host", "origin", "cookie", "content-type", "sec-fetch-site", "idempotency-key", "x-edge-secret"];

function isTwofold(request) {
  const seen = new Set();
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const header = request.rawHeaders[index].toLowerCase();
    if (single.includes(header) && seen.has(header)) return true;
    seen.add(header);
  }
  return false;
}

// Every browser and client walks such steps before it asks. The framework walks them after us, so that what is said here by
// the beginning of a path would be said of another path than the one it answers.
const walksBack = /[/\\](?:\.|%2e){1,2}(?:[/\\?;]|%2f|%5c|$)/i;

function dress(response) {
  for (const [header, value] of Object.entries(headers)) response.setHeader(header, value);
}

const reading = new Set(["GET", "HEAD"]);
const spoken = new Set(methodNames);
const underApi = /^\/api(?:[/?]|$)/;
const noPage = /^\/(?:api(?:[/?]|$)|_next\/)/;

/** A refusal in the words of lib/http/problem.ts, where programs expect one; elsewhere nothing is said. */
function refuseInWords(response, { url }, { status, code, title, head = {} }) {
  if (!underApi.test(url)) return refuse(response, status, head);
  const requestId = newId("request");
  const problem = { type: `urn:countersign:problem:${code}`, status, code, title, requestId, reasons: [], detail: {} };
  response.writeHead(status, { ...head, "Content-Type": "application/problem+json", "X-Request-Id": requestId, Connection: "close" });
  response.end(JSON.stringify(problem));
  return false;
}

/** The framework shows handlers no other method, so what lib/http/methods.ts says of the rest is said here. */
function refuseMethod(response, request) {
  const allow = request.url.startsWith("/api/webhooks/cashfree/") ? "POST" : [...spoken].join(", ");
  return refuseInWords(response, request, { status: 405, code: "method_not_allowed", title: `No address here does ${request.method}.`, head: { Allow: allow } });
}

function receive(request, response) {
  dress(response);
  // What the build named by its content may be kept; whatever says nothing about keeping may not.
  if (!request.url.startsWith("/_next/static/") || walksBack.test(request.url)) response.setHeader("Cache-Control", "no-store");
  // A proxy's form of address ("GET http://elsewhere/ …") is none of ours, and names a host that nobody checked.
  if (!request.url.startsWith("/") || request.headers.host === undefined || isTwofold(request)) return refuse(response, 400);
  if (walksBack.test(request.url.split("?", 1)[0])) {
    return refuseInWords(response, request, { status: 400, code: "roundabout_path", title: "An address here is written the straight way." });
  }
  // No column keeps a NUL. A handler says so in words; a page that searched for one would break.
  if (!noPage.test(request.url) && /%00/.test(request.url)) return refuse(response, 400);
  // Pages are looked at; whatever changes something is under /api. The framework would draw a page for any method.
  if (!reading.has(request.method) && !underApi.test(request.url)) return refuse(response, 405, { Allow: "GET, HEAD" });
  if (!isThroughEdge(request)) return refuse(response, 403);
  if (!spoken.has(request.method)) return refuseMethod(response, request);
  for (const header of Object.keys(request.headers)) if (internal.test(header)) delete request.headers[header];
  request.headers[name] = request.socket.remoteAddress ?? "";
  return true;
}

const broken = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** What the parser refused never becomes a request; its answer carries the same headers all the same. */
function refuseBroken(error, socket) {
  if (!socket.writable || socket._httpMessage?._header) return socket.destroy(error);
  const status = broken[error.code] ?? 400;
  const lines = Object.entries({ ...headers, "Cache-Control": "no-store", Connection: "close", "Content-Length": 0 }).map(([header, value]) => `${header}: ${value}\r\n`);
  return socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n`);
}

const { emit } = Server.prototype;
Server.prototype.emit = function (event, ...args) {
  if (event === "listening") {
    // Both would be answered by the server itself, without the house's headers.
    this.requireHostHeader = false;
    this.on("checkExpectation", (_, response) => {
      dress(response);
      refuse(response, 417);
    });
  }
  if (event === "clientError") {
    refuseBroken(...args);
    return true;
  }
  const goOn = () => Reflect.apply(emit, this, [event, ...args]);
  if (event !== "request") return goOn();
  const [request, response] = args;
  if (!receive(request, response)) return true;
  return noPage.test(request.url) ? goOn() : answeringAsSaid(request, response, goOn);
};
