import { otherMethods } from "@/lib/http/methods";
import { defineEventStream } from "@/lib/http/stream";

export const GET = defineEventStream("security_events.view");

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
