import { requireWebhookEntry } from "@/lib/edge";
import { clientIp } from "@/lib/http/address";
import { defineWebhook } from "@/lib/http/webhook";
import { receiveNoted } from "@/lib/webhooks";

const door = defineWebhook(async (headers, readBody) => {
  await requireWebhookEntry(headers);
  await receiveNoted("payments", headers, { readBody, ip: clientIp(headers) });
});

export const POST = door.POST;
export const GET = door.refuse;
export const HEAD = door.refuse;
export const OPTIONS = door.refuse;
export const PUT = door.refuse;
export const PATCH = door.refuse;
export const DELETE = door.refuse;
