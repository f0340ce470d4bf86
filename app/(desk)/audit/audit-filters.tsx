"use client";
import { FilterBar, type FilterDef } from "@/components/ui/filter-bar.tsx";
import type { AuditSearch } from "@/lib/audit/client";
import { auditOutcomes, type AuditRow } from "@/lib/audit/contract";
import { actorText, outcomeLooks } from "./audit-looks.ts";

/** The acts people look for most; others appear once they stand in the rows shown. */
const usualVerbs = [
  "payout.create",
  "payout.challenge",
  "payout.approve",
  "payout.reject",
  "payout.cancel",
  "payout.release",
  "payout.dispatch",
  "payout.unknown",
  "payout.expire",
  "beneficiary.create",
  "link.create",
  "link.cancel",
  "payment.apply",
  "webhook.apply",
  "rate.add",
  "emergency.stop",
  "emergency.restart",
  "auth.password",
  "auth.second_factor",
  "auth.sign_out",
  "auth.grant_role",
  "auth.end_role",
  "auth.disable_person",
  "users.invite",
  "users.propose",
  "users.countersign",
  "users.review_attest",
  "audit.verify",
];
const usualKinds = ["payout", "beneficiary", "account", "link", "payment", "webhook", "user", "emergency_stop", "trail", "page"];

type Props = { search: AuditSearch; rows: readonly AuditRow[]; onSearch: (search: AuditSearch) => void };

const known = (usual: readonly string[], seen: readonly string[], chosen: string | undefined) =>
  [...new Set([...usual, ...seen, ...(chosen === undefined ? [] : [chosen])])].map((value) => ({ value, label: value }));

/** The trail narrowed by act, person, kind of object, outcome, or one object's id; all of it stands in the address. */
export function AuditFilters({ search, rows, onSearch }: Props) {
  const one = (name: keyof AuditSearch, more: Pick<FilterDef, "label" | "options">): FilterDef => ({
    id: name,
    single: true,
    selected: search[name] === undefined ? [] : [search[name]],
    onChange: ([value]) => onSearch(without(search, name, value)),
    ...more,
  });
  const people = new Map(rows.map((row) => [row.actor.id, actorText(row.actor)]));
  if (search.actorId !== undefined && !people.has(search.actorId)) people.set(search.actorId, search.actorId);
  return (
    <FilterBar
      searchLabel="Object id"
      query={search.objectId ?? ""}
      onSearch={(text) => onSearch(without(search, "objectId", text === "" ? undefined : text))}
      onClearAll={() => onSearch({})}
      filters={[
        one("outcome", { label: "Outcome", options: auditOutcomes.map((value) => ({ value, label: outcomeLooks[value].label })) }),
        one("actorId", { label: "Who", options: [...people].map(([value, label]) => ({ value, label })) }),
        one("objectKind", {
          label: "On what",
          options: known(
            usualKinds,
            rows.map((row) => row.objectKind),
            search.objectKind,
          ),
        }),
        one("verb", {
          label: "Act",
          options: known(
            usualVerbs,
            rows.map((row) => row.verb),
            search.verb,
          ),
        }),
      ]}
    />
  );
}

function without(search: AuditSearch, name: keyof AuditSearch, value: string | undefined): AuditSearch {
  const { [name]: _old, ...rest } = search;
  return value === undefined ? rest : { ...rest, [name]: value };
}
