import { beat, log, raiseQuietly } from "@/lib/monitoring";
import type { Ctx } from "@/lib/context";
import { clockNow, minuteMs, secondMs } from "@/lib/time";
import { lagAlertSeconds, trailStatus, waitingSpan } from "./queries.ts";
import { exportHead, sealTrail, TrailError } from "./sealer.ts";

const said = new Map<string, number>();

/** One alert a minute for the same trouble; a tick every quarter second would drown the log. */
function alert(kind: string, detail: Record<string, unknown>): void {
  const now = clockNow().getTime();
  if (now - (said.get(kind) ?? Number.NEGATIVE_INFINITY) < minuteMs) return;
  said.set(kind, now);
  log.error({ alert: kind, ...detail }, kind);
}

let stopped: string | null = null;

async function seal(ctx: Ctx): Promise<void> {
  try {
    const { refused } = await sealTrail(ctx);
    stopped = null;
    for (const { auditId, verb } of refused) {
      log.error({ alert: "audit_row_refused", auditId, verb }, "a row of the trail was not written by this program, or was changed; it is sealed around");
      await raiseQuietly(ctx, { event: "trail.row_refused", fields: { auditId, verb } }, "trail");
    }
  } catch (error) {
    if (!(error instanceof TrailError)) throw error;
    stopped = error.message;
    alert("audit_sealer_stopped", { reason: error.message });
  }
}

const looks: { at: number; newest: bigint | null }[] = [];

/** Whether a row still waits that was already there `lagAlertSeconds` ago. The rows' own times would not do: a demo's history is written today. */
async function isBehind(): Promise<boolean> {
  const { newest, oldest } = await waitingSpan();
  const now = clockNow().getTime();
  looks.push({ at: now, newest });
  while ((looks[1]?.at ?? now) <= now - lagAlertSeconds * secondMs) looks.shift();
  const [then] = looks;
  return oldest !== null && then !== undefined && then.newest !== null && then.at <= now - lagAlertSeconds * secondMs && oldest <= then.newest;
}

/** Says how far sealing is; exported for its test. */
export async function watchSealing(): Promise<void> {
  const [status, behind] = await Promise.all([trailStatus(), isBehind()]);
  if (behind) alert("audit_sealer_behind", { lagSeconds: status.lagSeconds, unsealed: status.unsealed });
  if (status.keptBehind) alert("audit_head_not_kept", { keptLagSeconds: status.keptLagSeconds, kept: status.exported });
  await beat("sealer", { lagSeconds: String(status.lagSeconds), sealed: status.sealed, unsealed: status.unsealed, ...(stopped === null ? {} : { stopped }) });
}

/** What the worker runs for the trail: seal, keep the newest head outside, and say how far behind it is. */
export const auditSweeps = [
  { name: "audit.seal", everyMs: 250, access: { room: "audit", permissions: [], may: "Seals rows of the trail in the order they were committed." }, run: seal },
  {
    name: "audit.export-head",
    everyMs: secondMs,
    access: { room: "audit", permissions: [], may: "Copies the newest signed head out of the database." },
    run: async () => void (await exportHead()),
  },
  { name: "audit.watch", everyMs: 2 * secondMs, access: { room: "audit", permissions: [], may: "Looks how far sealing is, and says so." }, run: watchSealing },
];
