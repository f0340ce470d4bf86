import { shortRef } from "@/components/ui/ref.tsx";
import type { AuditRow } from "@/lib/audit/contract";
import { kindWords, objectWords } from "@/lib/http/act-words";
import { hasObject } from "./trail-words.ts";

/** What a row is about: by its name where it has one, by its id where not, by its kind where it is about no one thing. */
export function TrailObject({ row }: { row: Pick<AuditRow, "objectKind" | "objectId" | "objectName"> }) {
  if (!hasObject(row)) return kindWords(row.objectKind);
  if (row.objectName !== null) return <span title={row.objectId}>{objectWords(row.objectKind, row.objectName)}</span>;
  return (
    <>
      {kindWords(row.objectKind)}{" "}
      <span className="ref text-ink-3" title={row.objectId}>
        {shortRef(row.objectId)}
      </span>
    </>
  );
}
