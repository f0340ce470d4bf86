// Whether a crowd at the door slows those already inside: the wait of ordinary requests, alone and beside fifty sign-ins.
import { Agent, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { openFull, newPerson, type TestPerson } from "../people.ts";
import { clockNow } from "@/lib/time";
import { figure, median, percentile, type Row } from "./measure.ts";
import type { Stage } from "./stage.ts";
import { startWeb } from "./web.ts";

const crowd = 50;
const rounds = 3;
const everyMs = 20;
const quietMs = 4000;

type Shot = { method: "GET" | "POST"; path: string; headers: Record<string, string>; body?: string };

function fire(agent: Agent, origin: string, shot: Shot): Promise<{ status: number; tookMs: number }> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const length = shot.body === undefined ? {} : { "content-length": String(Buffer.byteLength(shot.body)) };
    const sent = request(`${origin}${shot.path}`, { method: shot.method, agent, headers: { ...shot.headers, ...length } }, (response) => {
      response.resume();
      response.once("end", () => resolve({ status: response.statusCode ?? 0, tookMs: performance.now() - startedAt }));
    });
    sent.once("error", reject);
    sent.end(shot.body);
  });
}

/** Asks for the person's own page of figures by the clock until `over`; answers what each had to wait. */
async function visit(agent: Agent, at: { origin: string; cookie: string }, over: () => boolean): Promise<number[]> {
  const flying: Promise<number>[] = [];
  while (!over()) {
    const answered = fire(agent, at.origin, { method: "GET", path: "/api/me", headers: { cookie: at.cookie } }).then(({ status, tookMs }) => {
      if (status !== 200) throw new Error(`/api/me answered ${status}.`);
      return tookMs;
    });
    // Told when all are in: a failure that nobody looks at yet would end the process, and leave its servers behind.
    answered.catch(() => undefined);
    flying.push(answered);
    await pause(everyMs);
  }
  return Promise.all(flying);
}

function attempt(origin: string, person: TestPerson, index: number): Shot {
  // Every other one is wrong: both must cost the same, and neither may be cheap.
  const password = index % 2 === 0 ? person.password : `${person.password} wrong`;
  return { method: "POST", path: "/api/sign-in/password", headers: { origin, "content-type": "application/json" }, body: JSON.stringify({ email: person.email, password }) };
}

/** p95 of ordinary requests alone and beside fifty sign-ins at once, how long the fifty took, and how they were answered. */
export async function benchSignIn(stage: Stage, say: (line: string) => void): Promise<Row[]> {
  const origin = await startWeb(stage, say);
  const own = stage.config.appOrigin;
  const people: TestPerson[] = [];
  for (let index = 0; index < crowd; index += 1) people.push(await newPerson(["support"]));
  const visitor = await newPerson(["auditor"]);
  const cookie = (await openFull(visitor.userId, clockNow())).get("cookie") ?? "";
  const [inside, outside] = [new Agent({ keepAlive: true, maxSockets: 16 }), new Agent({ keepAlive: true, maxSockets: crowd })];
  const shots = people.map((person, index) => attempt(own, person, index));
  const visits = (over: () => boolean): Promise<number[]> => visit(inside, { origin, cookie }, over);
  const forMs = (ms: number): (() => boolean) => {
    const endsAt = performance.now() + ms;
    return () => performance.now() > endsAt;
  };
  await visits(forMs(1000));
  say(`Signing in ${crowd} at once …`);
  const measured: { alone: number; beside: number; tookMs: number; statuses: number[] }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const alone = await visits(forMs(quietMs));
    let done = false;
    const startedAt = performance.now();
    const crowding = Promise.all(shots.map((shot) => fire(outside, origin, shot))).finally(() => (done = true));
    crowding.catch(() => undefined);
    const beside = await visits(() => done);
    const statuses = (await crowding).map(({ status }) => status);
    if (round > 0) measured.push({ alone: percentile(alone, 0.95), beside: percentile(beside, 0.95), tookMs: performance.now() - startedAt, statuses });
  }
  inside.destroy();
  outside.destroy();
  return rowsOf(measured);
}

function rowsOf(measured: readonly { alone: number; beside: number; tookMs: number; statuses: number[] }[]): Row[] {
  const of = (pick: (each: (typeof measured)[number]) => number): number => median(measured.map(pick));
  const [alone, beside] = [of((each) => each.alone), of((each) => each.beside)];
  const ratio = beside / alone;
  const answers = measured.flatMap((each) => each.statuses);
  const unanswered = answers.filter((status) => ![200, 401, 429, 503].includes(status)).length;
  return [
    {
      what: `p95 of a request beside ${crowd} sign-ins`,
      baseline: `${alone.toFixed(1)} ms`,
      ours: `${beside.toFixed(1)} ms`,
      ratio: `${ratio.toFixed(2)}×`,
      target: "≤ 2×",
      met: ratio <= 2 ? "met" : "not met",
    },
    figure(`  ${crowd} sign-ins took`, `${(of((each) => each.tookMs) / 1000).toFixed(1)} s`, null),
    figure("  answered otherwise than yes, no or wait", String(unanswered), { text: "0", met: unanswered === 0 }),
  ];
}
