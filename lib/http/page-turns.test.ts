import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { answeringAsSaid } from "./page-answer.ts";
import { pageTurnRules, requirePageTurn } from "./page-turns.ts";

type Page = { drawn: boolean; waited: boolean; refused: unknown; end: () => void; leave: () => void };

/** A page of a session, behind the preload: drawn once its turn has come, ended or left when the test says so. */
function ask(sessionId: string): Page {
  const response = Object.assign(new EventEmitter(), { writeHead: () => undefined, write: () => true, end: () => undefined, flushHeaders: () => undefined });
  const page: Page = { drawn: false, waited: false, refused: null, end: () => response.end(), leave: () => response.emit("close") };
  answeringAsSaid({ headers: {} } as IncomingMessage, response as unknown as ServerResponse, () => {
    void requirePageTurn(sessionId).then(
      ({ waited }) => Object.assign(page, { drawn: true, waited }),
      (error: unknown) => (page.refused = error),
    );
    return true;
  });
  return page;
}

const { slots, queueMax } = pageTurnRules;
const drawn = (pages: readonly Page[]): number => pages.filter((page) => page.drawn).length;

test("a session's pages are drawn a few at a time, each end starts the next, and nobody else waits for them", async () => {
  const many = Array.from({ length: 40 }, () => ask("ses_many"));
  const other = ask("ses_other");
  await turn();
  expect([drawn(many), other.drawn]).toEqual([slots, true]);
  for (let done = 0; done < many.length; done += 1) {
    many[done]?.end();
    await turn();
    expect(drawn(many)).toBe(Math.min(many.length, slots + done + 1));
  }
});

test("a page that had to wait hears so, because its person may have been shut out meanwhile", async () => {
  const many = Array.from({ length: slots + 2 }, () => ask("ses_late"));
  await turn();
  for (const page of many.slice(0, slots)) page.end();
  await turn();
  expect(many.map((page) => page.waited)).toEqual([...Array<boolean>(slots).fill(false), true, true]);
  for (const page of many) page.end();
});

test("who leaves while waiting gives their place to the next, and nothing is drawn for them", async () => {
  const all = Array.from({ length: slots + queueMax }, () => ask("ses_left"));
  await turn();
  const left = all[slots];
  left?.leave();
  await turn();
  expect(left?.refused).toMatchObject({ code: "gone", kind: "reader_left" });
  const late = ask("ses_left");
  await turn();
  expect(late.refused).toBeNull();
  for (const page of all.slice(0, slots)) page.end();
  await turn();
  expect([left?.drawn, drawn(all)]).toEqual([false, 2 * slots]);
  for (const page of [...all, late]) page.end();
  await turn();
});

test("whoever asks for more than can wait is told when to come back, and a page that nobody waits for gives its turn away", async () => {
  const all = Array.from({ length: slots + queueMax }, () => ask("ses_flood"));
  const late = ask("ses_flood");
  await turn();
  expect([drawn(all), late.refused]).toEqual([slots, expect.objectContaining({ code: "too_many_requests", kind: "pages_at_once", retryAfterSeconds: 5 })]);
  for (const page of all.slice(0, slots)) page.leave();
  await turn();
  expect(drawn(all)).toBe(2 * slots);
  for (const page of all) page.end();
  await turn();
  const next = ask("ses_flood");
  await turn();
  expect(next.drawn).toBe(true);
  next.end();
});

test("where nobody knows when an answer ends, as without the preload, nothing is counted", async () => {
  for (let asked = 0; asked <= slots + queueMax; asked += 1) await requirePageTurn("ses_bare");
});
