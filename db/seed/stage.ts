// What every scene of the demo's history needs: a clock to set back, people to act as, the emulator to play the world.
import { generate } from "otplib";
import { permissionsOf, type Role } from "@/lib/access";
import { seenInHistory, signInInHistory } from "@/lib/auth";
import { config } from "@/lib/config";
import { systemCtx, type Ctx, type UserActor } from "@/lib/context";
import { newId } from "@/lib/ids";
import { clockNow, minuteMs, plusMs, setClockOffsetMs } from "@/lib/time";

/** `seenAt`: when they last did anything, in the session that `sessionId` names. */
export type SeededPerson = { userId: string; sessionId: string; seenAt: Date | null; email: string; password: string; totpSecret: string; roles: Role[] };

type Moment = { agoMs: number; go: () => void };

const moments: Moment[] = [];
// Scenes that are between two moments; while one is, none of the others goes on.
let telling = 1;

function goOn(): void {
  const [first, ...later] = moments.toSorted((one, other) => other.agoMs - one.agoMs);
  if (telling > 0 || first === undefined) return;
  moments.splice(0, moments.length, ...later);
  telling = 1;
  first.go();
}

/** Tells scenes side by side, so that the history is written in the order of its time: whichever is furthest back goes on. */
export async function together<T extends readonly unknown[]>(...scenes: { [K in keyof T]: () => Promise<T[K]> }): Promise<T> {
  let left = scenes.length;
  telling += left - 1;
  const ended = (scenes as readonly (() => Promise<unknown>)[]).map(async (scene) => {
    const made = await scene();
    left -= 1;
    // The last one hands its turn back to whoever told them.
    if (left > 0) {
      telling -= 1;
      goOn();
    }
    return made;
  });
  return (await Promise.all(ended)) as unknown as T;
}

/** Runs one scene `agoMs` before now, on the desk's clock and the emulator's, once nothing earlier is left to tell. */
export async function ago<T>(agoMs: number, scene: () => Promise<T>): Promise<T> {
  await new Promise<void>((go) => {
    moments.push({ agoMs, go });
    telling -= 1;
    goOn();
  });
  setClockOffsetMs(-agoMs);
  await tellEmulator("/emulator/clock", { offsetMs: -agoMs });
  try {
    return await scene();
  } finally {
    setClockOffsetMs(0);
  }
}

/** One scene of a person's own: they have signed in shortly before, unless they were here a moment ago. */
export async function acts<T>(person: SeededPerson, agoMs: number, scene: (ctx: Ctx) => Promise<T>): Promise<T> {
  await ago(agoMs + 2 * minuteMs, () => arrive(person));
  return ago(agoMs, async () => {
    const ctx = as(person);
    await seenInHistory(ctx, person.sessionId);
    person.seenAt = ctx.now;
    return scene(ctx);
  });
}

/** Sessions near money idle out after a quarter of an hour; whoever was away for longer signs in anew. */
async function arrive(person: SeededPerson): Promise<void> {
  const now = clockNow();
  if (person.seenAt !== null && plusMs(person.seenAt, 10 * minuteMs) > now) return;
  const guest: Ctx = { ...asSeed(), actor: { kind: "guest", name: "guest", permissions: [] }, userAgent };
  person.sessionId = await signInInHistory(guest, { userId: person.userId, code: await codeOf(person) });
  person.seenAt = now;
}

const userAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36";

/** A context in which `person` acts from their session. */
function as(person: SeededPerson): Ctx {
  const actor: UserActor = { kind: "user", userId: person.userId, sessionId: person.sessionId, roles: person.roles, permissions: permissionsOf(person.roles), factor: "totp" };
  return { actor, requestId: newId("request"), now: clockNow(), ip: null, userAgent, idempotency: null };
}

/** The demo's own hand: opens accounts, adds people, never decides a payout. */
export function asSeed(): Ctx {
  return systemCtx("demo-history", "operator");
}

/** The person's code at the desk's present time. */
export async function codeOf(person: SeededPerson): Promise<string> {
  return generate({ secret: person.totpSecret, epoch: Math.floor(clockNow().getTime() / 1000) });
}

/** Plays a customer's browser, which pays an order by its session. */
export async function tellGateway(path: string, body: unknown): Promise<void> {
  await tellEmulator(path, body, { "x-api-version": "2025-01-01" });
}

/** Plays the outside world: the emulator's own controls. */
export async function tellEmulator(path: string, body: unknown, more: Record<string, string> = {}): Promise<void> {
  const { emulatorUrl } = config().cashfree;
  const response = await fetch(`${emulatorUrl}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-emulator-control": "1", ...more },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`the emulator refused ${path}: ${response.status} ${(await response.text()).slice(0, 200)}`);
}
