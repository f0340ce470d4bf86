import { appPool } from "@/lib/context";
import { gaveUp, isLostConnection, type Sql } from "@/db/pool";
import { AppError } from "@/lib/errors";
import { jobsChannel } from "@/lib/jobs/contract";
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

// One statement keeps the rows and, for those that are new, the nudges that apply them.
const inbox = new Inbox((deliveries) => appPool().onReads(insertDeadlineMs, ({ sql }) => statement(sql, deliveries)));

/** Resolves when the delivery is durable, whether it is new or was there before; rejects when it could not be kept. */
export function storeDelivery(delivery: Delivery): Promise<void> {
  return inbox.store(delivery);
}

function statement(sql: Sql, deliveries: Delivery[]) {
  const rows = deliveries.map((delivery) => ({
    id: delivery.id,
    source: delivery.source,
    dedupe_key: delivery.dedupeKey,
    body_hash: delivery.bodyHash,
    body_ct: delivery.bodyCt,
    body_bytes: delivery.bodyBytes,
    lane: delivery.lane,
    signed_with: delivery.signedWith,
    headers: JSON.stringify(delivery.headers),
    received_at: delivery.receivedAt,
  }));
  return sql`
    with added as (
      insert into webhook_events ${sql(rows)} on conflict (source, body_hash) do nothing returning id, received_at
    ), nudged as (
      insert into jobs (id, name, key, payload, run_at, created_at)
      select 'job' || substr(id, 3), 'webhook.apply', id, jsonb_build_object('id', id), received_at, received_at from added returning name
    ) select pg_notify(${jobsChannel}, name) from (select name from nudged limit 1) one`;
}
