import { signWebhook } from "@/lib/cashfree";
import { config, setConfig } from "@/lib/config";
import { requireAddress, requireQuota } from "@/lib/edge";
import { forgetEdge, resetEdge } from "@/lib/edge/snapshot";
import { requireOwnOrigin } from "@/lib/http/origin";
import { newId } from "@/lib/ids";
import { drainJobs } from "@/lib/jobs";
import { paise } from "@/lib/money";
import { createPayout, dispatchPayout } from "@/lib/payouts";
import { sensitive } from "@/lib/sensitive";
import { newClient, newKey, peerHeader, signedRequest } from "@/lib/testing/api-client";
import { askAndSign, ctxOf, personWith, type PayoutDesk } from "@/lib/testing/payouts";
import { guestAt, openFull } from "@/lib/testing/people";
import { clockNow } from "@/lib/time";
import { webhookJobs } from "@/lib/webhooks";
import { trueNow } from "./inject.ts";
import { noParams } from "./people-probes.ts";
import type { Doors, Probe } from "./probes.ts";

const bytes = new TextEncoder();
let amount = 300_000n;

export const doorProbes = {
  origin_check: async ({ failure }) => {
    const origin = config().appOrigin;
    const from = (headers: Record<string, string>) => async () => requireOwnOrigin(new Headers(headers), origin);
    return { good: from(failure === "header_missing" ? {} : { origin }), bad: from({ origin: "https://elsewhere.example", "x-forwarded-host": new URL(origin).host }) };
  },
  address_rule: async ({ desk, failure }) => {
    await desk.database.superuser.begin(async (raw) => {
      await raw`set local session_replication_role = replica`;
      await raw`delete from ip_rules`;
      await raw`insert into ip_rules (id, scope, effect, network, reason, created_by, created_at) values (${newId("auditEvent")}, 'roles', 'allow', '203.0.113.0/24', 'the office', 'test', ${clockNow().toISOString()})`;
    });
    await forgetEdge();
    const at = (ip: string | null) => () => requireAddress(guestAt(clockNow(), ip), "roles");
    return { good: at(failure === "header_missing" ? null : "203.0.113.9"), bad: at("198.51.100.1") };
  },
  money_limit: async () => {
    const subject = newKey();
    const over = newKey();
    const once = (whom: string) => requireQuota(guestAt(clockNow(), null), "money", whom);
    return {
      good: () => once(subject),
      bad: async () => {
        for (let asked = 0; asked <= 60; asked += 1) await once(over);
      },
    };
  },
  reading_limit: async () => {
    const subject = newKey();
    return {
      // More than a process answers by itself: the store must be asked, and cannot be.
      good: async () => {
        for (let asked = 0; asked < 100; asked += 1) await requireQuota(guestAt(clockNow(), null), "read", subject);
      },
    };
  },
  webhook_signature: async ({ desk, doors, failure }) => {
    amount += 1_000n;
    const id = await askAndSign(desk, amount);
    await dispatchPayout(ctxOf(desk.maker), id);
    const event = JSON.stringify({
      type: "TRANSFER_ACKNOWLEDGED",
      event_time: clockNow().toISOString(),
      data: { transfer_id: id, cf_transfer_id: id, status: "SENT_TO_BENEFICIARY" },
    });
    const body = bytes.encode(event);
    const timestamp = String(trueNow().getTime());
    const send = (secret: string | null) => () => {
      const signature: Record<string, string> = secret === null ? {} : { "x-webhook-signature": signWebhook(sensitive(secret), timestamp, body) };
      return doors.webhook(
        new Request("http://localhost/", { method: "POST", headers: { "x-webhook-timestamp": timestamp, "x-idempotency-key": id, ...signature }, body: body.slice().buffer }),
      );
    };
    const status = async (): Promise<string> =>
      (await desk.database.superuser<{ status: string }[]>`select status from webhook_events where dedupe_key = ${id}`)[0]?.status ?? "none";
    const given = send(failure === "header_missing" ? null : "test_payout_secret");
    return {
      bad: send("somebody_elses_secret"),
      // Where a worker runs, it runs here and now.
      good: async () => {
        const answer = await given();
        if (answer.status < 400 && failure !== "worker_down") await drainJobs(webhookJobs);
        return answer;
      },
      verdict: async () => {
        const now = await status();
        return now === "none" ? "refuse" : now === "received" ? "hold" : "allow";
      },
      after: async () => {
        await desk.database.superuser`update jobs set run_at = created_at, locked_until = null where name = 'webhook.apply'`;
        await drainJobs(webhookJobs);
        if ((await status()) === "received") throw new Error("the delivery was not acted upon");
      },
    };
  },
  api_signature: async ({ doors, failure }) => {
    setConfig({ ...config(), peerHeader });
    const client = await newClient(await personWith("security_admin"), ["payouts:read"], { algorithm: "hmac-sha256" });
    const call = (tamper?: (sent: { headers: Headers }) => void) =>
      signedRequest(client, { path: "/api/v1/payouts", createdSeconds: Math.floor(trueNow().getTime() / 1000), ...(tamper === undefined ? {} : { tamper }) });
    const good = failure === "header_missing" ? call(({ headers }) => headers.delete("signature")) : call();
    const bad = call(({ headers }) => headers.set("signature", `sig1=:${Buffer.alloc(32, 7).toString("base64")}:`));
    return { good: () => doors.serviceList(good, noParams), bad: () => doors.serviceList(bad, noParams) };
  },
  idempotency: async ({ desk, doors, failure }) => {
    amount += 1_000n;
    const key = newKey();
    const input = { accountId: desk.accountId, beneficiaryId: desk.beneficiaryId, amountPaise: paise(amount), purpose: "Invoice 42" };
    const other = { ...input, amountPaise: paise(amount + 1n) };
    await createPayout(ctxOf(desk.maker, key, "one body"), input);
    return {
      good: failure === "header_missing" ? await withoutKey(desk, doors) : () => createPayout(ctxOf(desk.maker, key, "one body"), input),
      bad: () => createPayout(ctxOf(desk.maker, key, "another body"), other),
    };
  },
} satisfies Record<string, Probe>;

/** The form's own request in every respect but the key. */
async function withoutKey(desk: PayoutDesk, doors: Doors): Promise<() => Promise<Response>> {
  const { appOrigin } = config();
  const headers = new Headers(await openFull(desk.maker.userId, clockNow()));
  for (const [name, value] of Object.entries({ host: new URL(appOrigin).host, origin: appOrigin, "content-type": "application/json" })) headers.set(name, value);
  resetEdge();
  const body = JSON.stringify({ accountId: desk.accountId, beneficiaryId: desk.beneficiaryId, amountPaise: String(amount + 7n), purpose: "Invoice 43" });
  return () => doors.payoutCreate(new Request(`${appOrigin}/api/payouts`, { method: "POST", headers, body }), noParams);
}
