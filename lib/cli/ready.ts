import type { ChildProcess } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";

/** Waits until the desk at `origin` says it is ready; false when its process ends or the time is over. */
export async function waitUntilReady(origin: string, desk: ChildProcess, timeoutMs: number): Promise<boolean> {
  for (const startedAt = performance.now(); performance.now() - startedAt < timeoutMs; await pause(200)) {
    if (desk.exitCode !== null || desk.signalCode !== null) return false;
    try {
      const response = await fetch(`${origin}/api/health/ready`, { signal: AbortSignal.timeout(5000) });
      if (response.status === 200) return true;
    } catch {
      // Not listening yet.
    }
  }
  return false;
}
