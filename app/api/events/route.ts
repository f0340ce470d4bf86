import { defineEventStream } from "@/lib/http/stream";

export const GET = defineEventStream("security_events.view");
