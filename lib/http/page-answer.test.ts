import { once } from "node:events";
import { Agent, createServer, request as send, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answeringAsSaid, sayPageAnswer, type PageRefusal } from "./page-answer.ts";

/** A page as the framework runs it: what it draws, and when, is each test's own. */
type Page = (response: ServerResponse) => Promise<void>;
const pages = new Map<string, Page>();

const server = createServer((request, response) => {
  answeringAsSaid(request, response, () => {
    void pages.get(request.url ?? "")?.(response);
    return true;
  });
});
// One connection for all that comes after each other.
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  agent.destroy();
  server.close();
});

const wait: PageRefusal = { status: 429, headers: { "retry-after": "7", "cache-control": "no-store" } };
const tree = { rsc: "1" };

type Answer = { status: number; words: string; headers: IncomingMessage["headers"]; body: string };

async function ask(path: string, given: { headers?: Record<string, string>; method?: string } = {}): Promise<Answer> {
  const asked = send({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", path, agent, headers: given.headers ?? {}, method: given.method ?? "GET" });
  asked.end();
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return { status: answer.statusCode ?? 0, words: answer.statusMessage ?? "", headers: answer.headers, body: Buffer.concat(chunks).toString() };
}

/** Draws like the framework does for a browser: the head when everything above the fold is known, and 500 where it broke. */
function drawn(said: PageRefusal | undefined, status = said ? 500 : 200): Page {
  return async (response) => {
    await turn();
    if (said !== undefined) sayPageAnswer(said);
    response.statusCode = status;
    response.setHeader("cache-control", "private, no-store");
    response.write("a page");
    response.end(" and its end");
  };
}

/** Draws like the framework does for its router: head and first rows at once, whatever the page's door says later. */
function streamed(said: PageRefusal): Page {
  return async (response) => {
    response.flushHeaders();
    response.write("0:first\n");
    await turn();
    sayPageAnswer(said);
    response.write("1:second\n");
    response.end();
  };
}

test("a page whose door says to wait answers with that status, when to come back, and what was drawn", async () => {
  pages.set("/wait", drawn(wait));
  const answer = await ask("/wait");
  expect(answer).toMatchObject({ status: 429, words: "Too Many Requests", headers: { "retry-after": "7", "cache-control": "no-store" }, body: "a page and its end" });
});

test("so does the data that the browser's router asks for, though its first rows are written before the door is asked", async () => {
  pages.set("/wait", streamed(wait));
  expect(await ask("/wait", { headers: tree })).toMatchObject({ status: 429, headers: { "retry-after": "7" }, body: "0:first\n1:second\n" });
  pages.set("/good", streamed(null));
  expect(await ask("/good", { headers: tree })).toMatchObject({ status: 200, body: "0:first\n1:second\n" });
});

test("whoever asks for the head alone gets the same head", async () => {
  pages.set("/wait", drawn(wait));
  expect(await ask("/wait", { method: "HEAD" })).toMatchObject({ status: 429, headers: { "retry-after": "7" }, body: "" });
});

test("a word never reaches the next request on the same connection", async () => {
  pages.set("/wait", drawn(wait));
  pages.set("/silent", drawn(undefined));
  expect((await ask("/wait")).status).toBe(429);
  const next = await ask("/silent");
  expect(next).toMatchObject({ status: 200, headers: { "cache-control": "private, no-store" } });
  expect(next.headers["retry-after"]).toBeUndefined();
  expect((await ask("/silent", { headers: tree })).status).toBe(200);
});

test("nor a request that is answered at the same time", async () => {
  let speak = (): void => undefined;
  const spoken = new Promise<void>((resolve) => (speak = resolve));
  pages.set("/first", async (response) => {
    await spoken;
    await drawn(null)(response);
  });
  pages.set("/second", async (response) => {
    await drawn(wait)(response);
    speak();
  });
  const both = new Agent({ keepAlive: false, maxSockets: 2 });
  const { port } = server.address() as AddressInfo;
  const answers = ["/first", "/second"].map(async (path) => {
    const asked = send({ port, host: "127.0.0.1", path, agent: both });
    asked.end();
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    answer.resume();
    return answer.statusCode;
  });
  expect(await Promise.all(answers)).toEqual([200, 429]);
});

test("the framework's own choices stand where the door lets go on, and the first word is the only one", async () => {
  pages.set("/missing", drawn(null, 404));
  expect((await ask("/missing")).status).toBe(404);
  pages.set("/late", async (response) => {
    sayPageAnswer(null);
    await drawn(wait, 200)(response);
  });
  expect((await ask("/late")).status).toBe(200);
});

test("a page without a door is answered when it ends, and a long one before", async () => {
  pages.set("/short", async (response) => {
    response.write("0:only\n");
    await turn();
    response.end();
  });
  expect(await ask("/short", { headers: tree })).toMatchObject({ status: 200, body: "0:only\n" });
  let seen = 0;
  pages.set("/long", async (response) => {
    for (let row = 0; row < 3; row += 1) response.write("x".repeat(40_000));
    seen = Number(response.headersSent);
    await turn();
    // Too late: the head has left.
    sayPageAnswer(wait);
    response.end();
  });
  const long = await ask("/long", { headers: tree });
  expect([long.status, long.body.length, seen]).toEqual([200, 120_000, 1]);
});

test("where nobody listens, as without the preload, a door's word is lost and nothing else", () => {
  expect(() => sayPageAnswer(wait)).not.toThrow();
});
