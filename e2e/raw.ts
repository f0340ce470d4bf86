// Requests no page of ours would send, and what their refusals must look like.
import { expect } from "@playwright/test";
import { browserName } from "./people.ts";
import { settings } from "./settings.ts";

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream;
export type Raw = { method?: string; headers?: Record<string, string>; body?: Body };
export type RawAnswer = { status: number; headers: Headers; text: string };

export async function send(path: string, { method = "POST", headers = {}, body }: Raw = {}): Promise<RawAnswer> {
  const streamed = body instanceof ReadableStream ? { duplex: "half" } : {};
  const response = await fetch(`${settings.baseUrl}${path}`, {
    method,
    headers: { "user-agent": browserName, ...headers },
    redirect: "manual",
    ...(body === undefined ? {} : { body }),
    ...streamed,
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** `text` repeated in pieces, so that nothing declares how long it is. */
export function streamOf(text: string, times: number): ReadableStream {
  let left = times;
  return new ReadableStream({
    pull(controller) {
      left -= 1;
      if (left < 0) controller.close();
      else controller.enqueue(new TextEncoder().encode(text));
    },
  });
}

const leaks = /\n\s+at |node_modules|\.(ts|js):\d|drizzle|postgres|SQLSTATE|syntax error at|relation "|invalid byte sequence|ECONN/i;

/** A refusal as the house promises it: a 4xx problem with a code, a sentence and a request id, and nothing about our insides. */
export function expectProblem(answer: RawAnswer, label: string, statuses?: readonly number[]): void {
  const shown = `${label} → ${answer.status} ${answer.text.slice(0, 300)}`;
  if (statuses === undefined) {
    expect(answer.status, shown).toBeGreaterThanOrEqual(400);
    expect(answer.status, shown).toBeLessThan(500);
  } else expect(statuses, shown).toContain(answer.status);
  expect(answer.headers.get("content-type"), shown).toMatch(/^application\/problem\+json/);
  const problem = JSON.parse(answer.text) as Record<string, unknown>;
  expect(problem, shown).toMatchObject({ status: answer.status, code: expect.stringMatching(/^[a-z_]+$/) as unknown, title: expect.stringMatching(/^[A-Z].*\.$/) as unknown });
  expect(problem["requestId"], shown).toMatch(/^req_[0-9a-z]{26}$/);
  expect(problem["requestId"], shown).toBe(answer.headers.get("x-request-id"));
  expect(answer.text, shown).not.toMatch(leaks);
}
