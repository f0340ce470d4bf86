"use client";
import { useReader } from "./sentence.ts";

/** A sentence of the server's, its instants as people read them; for columns and places that call no hooks. */
export function Said({ text }: { text: string }) {
  return useReader().text(text);
}
