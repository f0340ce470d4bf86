import { amountText } from "@/components/ui/amount.tsx";
import type { FilterDef } from "@/components/ui/filter-bar.tsx";
import type { SelectOption } from "@/components/ui/select.tsx";
import { dayText } from "@/components/ui/time-format.ts";
import { coarseWords, kindLabels, transactionLooks } from "@/components/transactions/looks.ts";
import { dayMs, istDay, plusMs, startOfIstDay } from "@/lib/time";
import { transactionKindList, transactionStatusList, type TransactionCounts, type TransactionFilter } from "@/lib/transactions/contract";

type Part = Pick<TransactionFilter, "from" | "to" | "min" | "max">;
type Preset = { value: string; label: string; part: Part };

const daysBefore = (today: string, days: number): string => istDay(plusMs(startOfIstDay(today), -days * dayMs));

function datePresets(today: string): Preset[] {
  return [
    { value: "today", label: "Today", part: { from: today, to: today } },
    { value: "yesterday", label: "Yesterday", part: { from: daysBefore(today, 1), to: daysBefore(today, 1) } },
    { value: "7d", label: "Last 7 days", part: { from: daysBefore(today, 6), to: today } },
    { value: "30d", label: "Last 30 days", part: { from: daysBefore(today, 29), to: today } },
  ];
}

const amountPresets: Preset[] = [
  { value: "small", label: "Under ₹1,000", part: { max: "99999" } },
  { value: "middle", label: "₹1,000 to ₹1,00,000", part: { min: "100000", max: "10000000" } },
  { value: "large", label: "Over ₹1,00,000", part: { min: "10000001" } },
];

/** A range as one choice of a list: one of the presets, or what a person typed as the extra last one. */
function rangeFilter(spec: { id: string; label: string; presets: Preset[]; now: Part; custom: string; onPart: (part: Part) => void }): FilterDef {
  const { presets, now } = spec;
  const keys = Object.keys(now) as (keyof Part)[];
  const set = keys.some((key) => now[key] !== undefined);
  const matching = presets.find((preset) => keys.every((key) => preset.part[key] === now[key]));
  const own = set && matching === undefined ? [{ value: "own", label: spec.custom }] : [];
  const empty = Object.fromEntries(keys.map((key) => [key, undefined])) as Part;
  return {
    id: spec.id,
    label: spec.label,
    single: true,
    options: [...presets.map(({ value, label }) => ({ value, label })), ...own],
    selected: set ? [matching?.value ?? "own"] : [],
    onChange: ([value]) => {
      if (value !== "own") spec.onPart({ ...empty, ...presets.find((preset) => preset.value === value)?.part });
    },
  };
}

function between(from: string | undefined, to: string | undefined): string {
  if (from !== undefined && to !== undefined) return from === to ? from : `${from} – ${to}`;
  return from === undefined ? `up to ${to ?? ""}` : `from ${from}`;
}

type Spec = {
  filter: TransactionFilter;
  counts: TransactionCounts | undefined;
  accounts: readonly SelectOption[];
  today: string;
  now: string | null;
  onFilter: (filter: TransactionFilter) => void;
};

/** The filter object as the bar's definitions, both ways. */
export function filterDefs({ filter, counts, accounts, today, now, onFilter }: Spec): FilterDef[] {
  const day = (value: string | undefined): string | undefined => (value === undefined ? undefined : dayText(value, now));
  const money = (value: string | undefined): string | undefined => (value === undefined ? undefined : amountText(value));
  const set = (part: TransactionFilter): void => onFilter({ ...filter, ...part });
  return [
    {
      id: "status",
      label: "Status",
      options: transactionStatusList.map((value) => ({
        value,
        label: transactionLooks[value].label,
        covers: coarseWords[value],
        ...(counts === undefined ? {} : { count: counts.byStatus[value].count }),
      })),
      selected: filter.status ?? [],
      onChange: (selected) => set({ status: choose(transactionStatusList, selected) }),
    },
    {
      id: "kind",
      label: "Kind",
      options: transactionKindList.map((value) => ({ value, label: kindLabels[value] })),
      selected: filter.kind ?? [],
      onChange: (selected) => set({ kind: choose(transactionKindList, selected) }),
    },
    rangeFilter({
      id: "when",
      label: "When",
      presets: datePresets(today),
      now: { from: filter.from, to: filter.to },
      custom: between(day(filter.from), day(filter.to)),
      onPart: set,
    }),
    rangeFilter({
      id: "amount",
      label: "Amount",
      presets: amountPresets,
      now: { min: filter.min, max: filter.max },
      custom: between(money(filter.min), money(filter.max)),
      onPart: set,
    }),
    { id: "account", label: "Account", single: true, options: accounts, selected: filter.account === undefined ? [] : [filter.account], onChange: ([account]) => set({ account }) },
  ];
}

function choose<const T extends string>(list: readonly T[], selected: readonly string[]): T[] | undefined {
  const chosen = list.filter((item) => selected.includes(item));
  return chosen.length === 0 ? undefined : chosen;
}
