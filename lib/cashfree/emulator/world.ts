import { randomBytes } from "node:crypto";
import { clockNow } from "@/lib/time";
import type { AgendaRecord } from "./records.ts";
import type { EmulatorSettings, EmulatorTuning } from "./settings.ts";
import type { Store } from "./store.ts";

type WithoutIdentity<T> = T extends unknown ? Omit<T, "id"> : never;

/** What every handler works on: memory, clock, agenda. */
export class World {
  readonly settings: EmulatorSettings;
  readonly store: Store;
  tuning: EmulatorTuning;
  /** Called whenever something new was put on the agenda. */
  onPlanned: () => void = () => {};

  constructor(settings: EmulatorSettings, store: Store) {
    this.settings = settings;
    this.store = store;
    this.tuning = { ...settings.tuning };
  }

  /** The emulator's own time in epoch milliseconds; it can be moved without touching anyone else's. */
  nowMs(): number {
    return clockNow().getTime() + this.offsetMs();
  }

  offsetMs(): number {
    return Number(this.store.find("meta", "clock_offset_ms")?.value ?? "0");
  }

  setOffsetMs(value: number): void {
    this.store.put("meta", "clock_offset_ms", { value: String(value) });
    this.onPlanned();
  }

  plan(entry: WithoutIdentity<AgendaRecord>): void {
    const id = this.store.next("agenda").toString().padStart(12, "0");
    this.store.put("agenda", id, { ...entry, id });
    this.onPlanned();
  }

  walletPaise(): { balance: bigint; held: bigint } {
    const balance = this.store.find("meta", "wallet_balance")?.value ?? this.settings.tuning.walletPaise;
    return { balance: BigInt(balance), held: BigInt(this.store.find("meta", "wallet_held")?.value ?? "0") };
  }

  setWallet(wallet: { balance: bigint; held: bigint }): void {
    this.store.put("meta", "wallet_balance", { value: wallet.balance.toString() });
    this.store.put("meta", "wallet_held", { value: wallet.held.toString() });
  }
}

/** Random lower-case letters and digits, without the pairs that people confuse. */
export function randomCode(length: number): string {
  const alphabet = "23456789abcdefghijkmnpqrstuvwxyz";
  return [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join("");
}
