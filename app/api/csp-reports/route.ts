import { receiveReports } from "@/lib/edge";

/** Not a `defineRoute`: browsers send reports without our origin, without a session and under content types of their own. */
export const POST = receiveReports;
