// Medians of interleaved runs: both sides meet the same machine, whatever else it is doing.

/** One line of the bench's table; null figures were not measured. */
export type Row = { what: string; baseline: string; ours: string; ratio: string; target: string; met: "met" | "not met" | "not measured" | "" };

/** A seeded generator of numbers in [0, 1), so that a run can be repeated exactly. */
export type Random = () => number;

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Lets `clients` callers repeat `act` until the time is over; answers acts per second. */
export async function rateFor(run: { clients: number; ms: number }, act: (client: number) => Promise<void>): Promise<number> {
  let done = 0;
  const startedAt = performance.now();
  const endsAt = startedAt + run.ms;
  const client = async (index: number): Promise<void> => {
    for (; performance.now() < endsAt; done += 1) await act(index);
  };
  await Promise.all(Array.from({ length: run.clients }, (_, index) => client(index)));
  return perSecond(done, startedAt);
}

/** Lets `clients` callers work through `items`; answers acts per second. */
export async function rateOver<T>(items: readonly T[], clients: number, act: (item: T) => Promise<void>): Promise<number> {
  const queue = items.values();
  const startedAt = performance.now();
  const client = async (): Promise<void> => {
    for (const item of queue) await act(item);
  };
  await Promise.all(Array.from({ length: clients }, client));
  return perSecond(items.length, startedAt);
}

function perSecond(done: number, startedAt: number): number {
  return done / ((performance.now() - startedAt) / 1000);
}

export type Pair = { baseline: number; ours: number };

/** Runs baseline and ours in turns, the first turn unmeasured. */
export async function interleave(turns: number, sides: { baseline: () => Promise<number>; ours: () => Promise<number> }): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let turn = 0; turn <= turns; turn += 1) {
    const pair = { baseline: await sides.baseline(), ours: await sides.ours() };
    if (turn > 0) pairs.push(pair);
  }
  return pairs;
}

/** The table's line of a comparison: medians of both sides and their ratio. */
export function compare(what: string, pairs: readonly Pair[], targetPercent: number): Row {
  const baseline = median(pairs.map((pair) => pair.baseline));
  const ours = median(pairs.map((pair) => pair.ours));
  const percent = (100 * ours) / baseline;
  return {
    what,
    baseline: `${baseline.toFixed(0)}/s`,
    ours: `${ours.toFixed(0)}/s`,
    ratio: `${percent.toFixed(0)} %`,
    target: `≥ ${targetPercent} %`,
    met: percent >= targetPercent ? "met" : "not met",
  };
}

/** A figure of its own, without a baseline. */
export function figure(what: string, ours: string, target: { text: string; met: boolean } | null): Row {
  return { what, baseline: "", ours, ratio: "", target: target?.text ?? "", met: target === null ? "" : target.met ? "met" : "not met" };
}

/** The rows as aligned columns. */
export function table(rows: readonly Row[]): string {
  const lines = [["measure", "baseline", "ours", "ratio", "target", ""], ...rows.map((row) => [row.what, row.baseline, row.ours, row.ratio, row.target, row.met])];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === 0 || column === 5 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
