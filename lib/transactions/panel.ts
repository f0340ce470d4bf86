import { sql } from "drizzle-orm";
import * as z from "zod/mini";
import { actorNames } from "@/lib/clients";
import { maskReference } from "@/lib/privacy/policy";
import { read, type Ctx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { evidenceChannels, type TimelineEntry, type TransactionPanel } from "./contract.ts";
import { riskScreen } from "./commands.ts";
import { sightOf, type Sight } from "./policy.ts";
import { asIst, recordColumns, recordShape, toRow } from "./queries.ts";

const text = z.nullable(z.string());
const panelShape = z.object({ ...recordShape.shape, contact_mask: text, last4: text, gateway_id: text, order_id: text, link_id: text });
const stepShape = z.object({
  id: z.coerce.string(),
  at: z.string(),
  channel: z.enum(evidenceChannels),
  sentence: z.string(),
  actor_id: z.string(),
  reference: z.string(),
  detail: z.record(z.string(), z.string()),
});

/** One movement with its timeline, found by its own id or its source's; masked by what the reader may see. */
export async function getTransaction(ctx: Ctx, id: string): Promise<TransactionPanel> {
  const found = await read(async (db) => [
    ...(await db.execute(sql`
    select ${recordColumns}, t.contact_mask, t.last4, t.gateway_id, t.order_id, t.link_id
    from transactions t left join accounts a on a.id = t.account_id where t.id = ${id} or t.source_id = ${id} limit 1`)),
  ]);
  if (found[0] === undefined) throw new AppError("not_found", "transaction_not_found", "There is no such transaction.");
  const record = panelShape.parse(found[0]);
  const sight = sightOf(ctx.actor.permissions);
  return {
    ...toRow(record, sight),
    contactMask: sight.contact ? record.contact_mask : null,
    last4: sight.last4 ? record.last4 : null,
    gatewayId: record.gateway_id,
    orderId: record.order_id,
    linkId: record.link_id,
    timeline: await timeline(record, sight),
    withheld: withheld(record, sight),
  };
}

async function timeline(record: { kind: string; source_id: string }, sight: Sight): Promise<TimelineEntry[]> {
  const rows = await read(async (db) => [
    ...(await db.execute(sql`
    select id, ${asIst(sql`at`)} as at, channel, sentence, actor_id, reference, detail from transaction_evidence
    where kind = ${record.kind} and source_id = ${record.source_id} order by id limit 500`)),
  ]);
  const steps = z.array(stepShape).parse(rows);
  const names = await actorNames([...new Set(steps.map((step) => step.actor_id))]);
  const actor = (id: string): string => {
    if (id === riskScreen) return "Risk screen";
    const kind = id.startsWith("usr_") ? "A colleague" : id.startsWith("cl_") ? "An API client" : null;
    return kind === null ? "Countersign" : sight.actors ? (names.get(id) ?? id) : kind;
  };
  return steps.map((step) => ({
    id: step.id,
    at: step.at,
    channel: step.channel,
    sentence: step.sentence,
    actor: actor(step.actor_id),
    reference: step.reference,
    detail: detailFor(step.detail, sight),
  }));
}

/** What a step noted, less what this reader may not see: the row above masks the same reference. */
function detailFor(detail: Record<string, string>, sight: Sight): Record<string, string> {
  const { utr, secret, ...open } = detail;
  return {
    ...open,
    ...(utr === undefined || utr === "" ? {} : { utr: sight.bankReference ? utr : maskReference(utr) }),
    ...(secret === undefined || !sight.secrets ? {} : { secret }),
  };
}

function withheld(record: z.output<typeof panelShape>, sight: Sight): TransactionPanel["withheld"] {
  const fields: TransactionPanel["withheld"] = [];
  if (record.bank_reference !== null && !sight.bankReference)
    fields.push({ field: "bankReference", sentence: "The bank reference is masked for your role. Searching by the whole number still finds this." });
  if (record.contact_mask !== null && !sight.contact) fields.push({ field: "contactMask", sentence: "Your role does not see how the customer can be reached." });
  if (record.kind === "payout" && !sight.last4) fields.push({ field: "last4", sentence: "Your role does not see where payouts go." });
  return fields;
}
