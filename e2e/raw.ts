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

/** Does the same with each, a few at a time: who answers one at a time would keep the asker waiting in between. */
export async function forEachOf<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const work = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: 4 }, work));
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

function faultsOf({ status, headers, text }: RawAnswer, statuses: readonly number[] | undefined): string[] {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return ["its body is JSON"];
  }
  const problem: Record<string, unknown> = typeof said === "object" && said !== null ? { ...said } : {};
  const reads = (name: string, pattern: RegExp): boolean => typeof problem[name] === "string" && pattern.test(problem[name]);
  const promises: [string, boolean][] = [
    [`its status is ${statuses?.join(" or ") ?? "a 4xx"}`, statuses?.includes(status) ?? (status >= 400 && status < 500)],
    ["it is a problem by its type", headers.get("content-type")?.startsWith("application/problem+json") ?? false],
    ["its body says its status", problem["status"] === status],
    ["it has a code", reads("code", /^[a-z_]+$/)],
    ["it is said in a sentence", reads("title", /^[A-Z].*\.$/)],
    ["it has the request's id", reads("requestId", /^req_[0-9a-z]{26}$/)],
    ["the id is the header's", problem["requestId"] === headers.get("x-request-id")],
    ["it says nothing about our insides", !leaks.test(text)],
  ];
  return promises.flatMap(([promise, kept]) => (kept ? [] : [promise]));
}

/** A refusal as the house promises it: a 4xx problem with a code, a sentence and a request id, and nothing about our insides. */
export function expectProblem(answer: RawAnswer, label: string, statuses?: readonly number[]): void {
  // One comparison for all that is promised: the runner keeps a record of each, and there are thousands of answers.
  expect(faultsOf(answer, statuses), `${label} → ${answer.status} ${answer.text.slice(0, 300)}`).toEqual([]);
}
