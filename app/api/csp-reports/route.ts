import { receiveReports } from "@/lib/edge";
import { otherMethods } from "@/lib/http/methods";

/** Not a `defineRoute`: browsers send reports without our origin, without a session and under content types of their own. */
export const POST = receiveReports;

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
