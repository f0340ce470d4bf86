import { AppError } from "@/lib/errors";

/** The place of one row in the list's order: microseconds since 1970 and the id. */
export type Place = { micros: string; id: string };

export function toCursor(place: Place): string {
  return Buffer.from(`${place.micros}|${place.id}`).toString("base64url");
}

/** Reads a cursor we made; anything else is a bad request. */
export function parseCursor(cursor: string): Place {
  const match = /^(\d{1,17})\|(tx_[0-9a-z]{26})$/.exec(Buffer.from(cursor, "base64url").toString("utf8"));
  if (!match?.[1] || !match[2]) throw new AppError("bad_request", "cursor", "This page of the list does not exist. Start from the first one.");
  return { micros: match[1], id: match[2] };
}
