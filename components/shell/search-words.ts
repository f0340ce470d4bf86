import { can } from "@/lib/access";
import type { Viewer } from "./viewer.tsx";

/** What the desk's own box finds for this person: it looks things up among transactions, for whoever may see those. */
export function searchWords(viewer: Viewer): string {
  return can(viewer, "transactions.view").allowed ? "Find a page or a transaction" : "Find a page";
}
