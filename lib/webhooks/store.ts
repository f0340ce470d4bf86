import { appPool } from "@/lib/context";
import { isLostConnection, type Sql } from "@/db/pool";
import { jobsChannel } from "@/lib/jobs/contract";
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

/**
 * Deliveries that arrive while a commit is on its way share the next one: each is answered only after its own row is
 * durable, and a burst costs one commit instead of hundreds.
 */
class Inbox {
  #waiting: Waiting[] = [];
  #flying = false;

  store(delivery: Delivery): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ delivery, resolve, reject });
      void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    if (this.#flying || this.#waiting.length === 0) return;
    this.#flying = true;
    const batch = this.#waiting.splice(0, batchMax);
    try {
      await insert(batch.map(({ delivery }) => delivery));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      await this.#oneByOne(batch, error);
    } finally {
      this.#flying = false;
      void this.#flush();
    }
  }

  // One row the database refuses must not refuse its neighbours.
  async #oneByOne(batch: Waiting[], error: unknown): Promise<void> {
    for (const { delivery, resolve, reject } of batch) {
      if (batch.length === 1 || isLostConnection(error)) reject(error);
      else await insert([delivery]).then(resolve, reject);
    }
  }
}

const inbox = new Inbox();

/** Resolves when the delivery is durable, whether it is new or was there before; rejects when it could not be kept. */
export function storeDelivery(delivery: Delivery): Promise<void> {
  return inbox.store(delivery);
}

// One statement keeps the rows and, for those that are new, the nudges that apply them.
async function insert(deliveries: Delivery[]): Promise<void> {
  await statement(appPool().reads().sql, deliveries);
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
      insert into webhook_events ${sql(rows)} on conflict (source, dedupe_key, body_hash) do nothing returning id, received_at
    ), nudged as (
      insert into jobs (id, name, key, payload, run_at, created_at)
      select 'job' || substr(id, 3), 'webhook.apply', id, jsonb_build_object('id', id), received_at, received_at from added returning name
    ) select pg_notify(${jobsChannel}, name) from (select name from nudged limit 1) one`;
}
