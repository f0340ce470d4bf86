import { afterEach, expect, test, vi } from "vitest";
import * as z from "zod/mini";
import { api, type ApiProblem } from "./client.ts";
import { mountShellHooks } from "./shell-hooks.ts";

type Sent = { path: string; headers: Record<string, string>; body: unknown };

const shape = z.object({ done: z.literal(true) });

const problem = (status: number, code: string, detail: Record<string, string> = {}) =>
  Response.json({ type: "urn:x", status, code, title: "No.", requestId: "req_1", reasons: [], detail }, { status, headers: { "content-type": "application/problem+json" } });

/** A server that gives these answers one after the other, and then says yes; what it was sent is kept. */
function serverSaying(...answers: (() => Response)[]): Sent[] {
  const sent: Sent[] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    sent.push({ path, headers: init.headers as Record<string, string>, body: init.body });
    return answers.shift()?.() ?? Response.json({ done: true });
  });
  return sent;
}

const unmounts: (() => void)[] = [];
function shell(given: { factor?: (act: string) => Promise<boolean>; ended?: () => void }): void {
  unmounts.push(mountShellHooks({ factor: given.factor ?? (async () => false), ended: given.ended ?? (() => undefined) }));
}

afterEach(() => {
  for (const unmount of unmounts.splice(0)) unmount();
  vi.unstubAllGlobals();
});

const needed = () => problem(403, "step_up_needed", { act: "role" });
const post = () => api.post("/api/roles", { role: "auditor" }, shape, { idempotencyKey: "key-of-this-very-request" });

test("a request that needs a fresh factor goes out once more, the very same, once the person has shown it", async () => {
  const sent = serverSaying(needed);
  const asked: string[] = [];
  shell({ factor: async (act) => asked.push(act) > 0 });
  expect(await post()).toEqual({ done: true });
  expect(asked).toEqual(["role"]);
  expect(sent).toHaveLength(2);
  expect(sent[1]).toEqual(sent[0]);
  expect(sent[0]?.headers["idempotency-key"]).toBe("key-of-this-very-request");
});

test("who does not show it, or cannot be asked, is told what the server said, and nothing is sent again", async () => {
  const sent = serverSaying(needed, needed);
  await expect(post()).rejects.toMatchObject({ code: "step_up_needed" } satisfies Partial<ApiProblem>);
  shell({ factor: async () => false });
  await expect(post()).rejects.toMatchObject({ code: "step_up_needed" });
  expect(sent).toHaveLength(2);
});

test("a second refusal after the factor is the answer: nobody is asked in a circle", async () => {
  const sent = serverSaying(needed, needed);
  shell({ factor: async () => true });
  await expect(post()).rejects.toMatchObject({ code: "step_up_needed" });
  expect(sent).toHaveLength(2);
});

test("several requests for the same act ask once; another act asks after them", async () => {
  const forAct = (act: string) => () => problem(403, "step_up_needed", { act });
  serverSaying(forAct("role"), forAct("role"), forAct("key"));
  const asked: string[] = [];
  const open: ((shown: boolean) => void)[] = [];
  shell({
    factor: (act) =>
      new Promise((resolve) => {
        asked.push(act);
        open.push(resolve);
      }),
  });
  const all = Promise.all([post(), post(), post()]);
  await vi.waitFor(() => expect(asked).toEqual(["role"]));
  open[0]?.(true);
  await vi.waitFor(() => expect(asked).toEqual(["role", "key"]));
  open[1]?.(true);
  expect(await all).toHaveLength(3);
});

test("a cookie that was renewed while a request was on its way costs a second try, and not the session", async () => {
  const ended = vi.fn();
  const sent = serverSaying(() => problem(401, "signed_out"));
  shell({ ended });
  expect(await api.get("/api/me", shape)).toEqual({ done: true });
  expect([sent.length, ended.mock.calls.length]).toEqual([2, 0]);
});

test("a session that is really over is said once to the shell, and outside it to nobody", async () => {
  const ended = vi.fn();
  const over = () => problem(401, "signed_out");
  serverSaying(over, over, over);
  shell({ ended });
  await expect(api.get("/api/me", shape)).rejects.toMatchObject({ status: 401 });
  expect(ended).toHaveBeenCalledOnce();
  for (const unmount of unmounts.splice(0)) unmount();
  await expect(api.get("/api/me", shape)).rejects.toMatchObject({ status: 401 });
  expect(ended).toHaveBeenCalledOnce();
});
