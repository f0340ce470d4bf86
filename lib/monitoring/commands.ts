import { heartbeats } from "@/db/schema/monitoring";
import { read } from "@/lib/context";
import { clockNow } from "@/lib/time";

/** Notes that the long-running part `name` is alive now. */
export async function beat(name: string, detail: Record<string, string> = {}): Promise<void> {
  const beatAt = clockNow();
  await read((db) => db.insert(heartbeats).values({ name, beatAt, detail }).onConflictDoUpdate({ target: heartbeats.name, set: { beatAt, detail } }));
}
