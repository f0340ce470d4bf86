import { appPool } from "@/lib/context";
import { recordAll } from "@/db/calls";
import { gaveUp, isLostConnection } from "@/db/pool";
import { AppError } from "@/lib/errors";
import { secondMs } from "@/lib/time";
import type { WebhookLane, WebhookSource } from "./contract.ts";

/** One verified delivery, ready to be kept. */
export type Delivery = {
  id: string;
  source: WebhookSource;
  dedupeKey: string;
  bodyHash: Uint8Array;
  bodyCt: Uint8Array;
  bodyBytes: number;
  lane: WebhookLane;
  signedWith: string;
  headers: Record<string, string>;
  receivedAt: string;
};

type Waiting = { delivery: Delivery; resolve: () => void; reject: (error: unknown) => void };

const batchMax = 64;
/** A sender that is told "again later" loses nothing; one that hangs may give up. */
const waitingMax = 1000;
const insertDeadlineMs = 5 * secondMs;
const waitMaxMs = 8 * secondMs;

/**
 * Deliveries that arrive while a commit is on its way share the next one: each is answered only after its own row is
 * durable, and a burst costs one commit instead of hundreds. Nobody waits long: what cannot be kept soon is refused.
 */
export class Inbox {
  readonly #insert: (deliveries: Delivery[]) => Promise<unknown>;
  #waiting: Waiting[] = [];
  #flying = false;

  constructor(insert: (deliveries: Delivery[]) => Promise<unknown>) {
    this.#insert = insert;
  }

  store(delivery: Delivery): Promise<void> {
    if (this.#waiting.length >= waitingMax) return Promise.reject(tooMany());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(tooMany());
      }, waitMaxMs);
      const waiting: Waiting = {
        delivery,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.#waiting.push(waiting);
      void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    if (this.#flying || this.#waiting.length === 0) return;
    this.#flying = true;
    const batch = this.#waiting.splice(0, batchMax);
    try {
      await this.#insert(batch.map(({ delivery }) => delivery));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      await this.#oneByOne(batch, error);
    } finally {
      this.#flying = false;
      void this.#flush();
    }
  }

  // One row the database refuses must not refuse its neighbours; a database that does not answer refuses everyone.
  async #oneByOne(batch: Waiting[], error: unknown): Promise<void> {
    let last = error;
    for (const [index, { delivery, resolve, reject }] of batch.entries()) {
      if (isLostConnection(last) || gaveUp(last) !== null) {
        for (const { reject: refuse } of [...batch.slice(index), ...this.#waiting.splice(0)]) refuse(last);
        return;
      }
      if (batch.length === 1) return reject(last);
      await this.#insert([delivery]).then(resolve, (own: unknown) => {
        last = own;
        reject(own);
      });
    }
  }
}

function tooMany(): AppError {
  return new AppError("unavailable", "inbox_full", "Too many deliveries are waiting to be kept. Send it again.", { retryAfterSeconds: 5 });
}

const inbox = new Inbox((deliveries) => appPool().onReads(insertDeadlineMs, ({ db }) => recordAll(db, [{ call: "keep_deliveries", row: { deliveries: deliveries.map(toRow) } }])));

/** Resolves when the delivery is durable, whether it is new or was there before; rejects when it could not be kept. */
export function storeDelivery(delivery: Delivery): Promise<void> {
  return inbox.store(delivery);
}

function toRow({ bodyHash, bodyCt, ...delivery }: Delivery) {
  const inBase64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  return { ...delivery, bodyHash: inBase64(bodyHash), bodyCt: inBase64(bodyCt) };
}
