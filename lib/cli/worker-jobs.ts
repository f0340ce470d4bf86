// Every job handler and sweep the worker runs; a room exports its own and is listed here.
import type { Job, Sweep } from "@/lib/jobs";

export const jobs: readonly Job[] = [];

export const sweeps: readonly Sweep[] = [];
