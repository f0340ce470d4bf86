import { defineWebhook } from "@/lib/http/webhook";
import { receive } from "@/lib/webhooks";

const door = defineWebhook((headers, readBody) => receive("payouts", headers, readBody));

export const POST = door.POST;
export const GET = door.refuse;
export const HEAD = door.refuse;
export const OPTIONS = door.refuse;
export const PUT = door.refuse;
export const PATCH = door.refuse;
export const DELETE = door.refuse;
