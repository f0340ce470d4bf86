"use client";
import { useState } from "react";
import { FormDialog } from "@/components/ui/form-dialog.tsx";
import { groupRupees, MoneyField } from "@/components/ui/money-field.tsx";
import { DateField } from "@/components/ui/text-field.tsx";
import { paise, parseRupees, toRupeesDecimal } from "@/lib/money";
import type { TransactionFilter } from "@/lib/transactions/contract";

type Props = { filter: TransactionFilter; today: string; onClose: () => void; onApply: (filter: TransactionFilter) => void };

const rupees = (value: string | undefined): string => (value === undefined ? "" : groupRupees(toRupeesDecimal(paise(BigInt(value)))));

/** Days and amounts of one's own; the presets are in the filter list. */
export default function RangeDialog({ filter, today, onClose, onApply }: Props) {
  const [days, setDays] = useState({ from: filter.from ?? "", to: filter.to ?? "" });
  const [amounts, setAmounts] = useState({ min: rupees(filter.min), max: rupees(filter.max) });
  const [min, max] = [parseRupees(amounts.min), parseRupees(amounts.max)];
  const crossed = days.from !== "" && days.to !== "" && days.from > days.to ? "The last day is before the first." : undefined;
  const crossedAmount = min !== null && max !== null && min > max ? "The most is less than the least." : undefined;
  const unread = (amounts.min !== "" && min === null) || (amounts.max !== "" && max === null);
  const submit = () => {
    if (crossed !== undefined || crossedAmount !== undefined || unread) return;
    onApply({ ...filter, from: days.from || undefined, to: days.to || undefined, min: min?.toString(), max: max?.toString() });
    onClose();
  };
  return (
    <FormDialog
      title="Days and amounts"
      description="Both ends are included. Leave one empty for no limit."
      act="Show these"
      onSubmit={submit}
      onClose={onClose}
      className="grid-cols-2"
    >
      <DateField label="First day" max={today} value={days.from} onChange={(event) => setDays({ ...days, from: event.target.value })} />
      <DateField label="Last day" max={today} value={days.to} error={crossed} onChange={(event) => setDays({ ...days, to: event.target.value })} />
      <MoneyField label="At least" value={amounts.min} onValue={(text) => setAmounts({ ...amounts, min: text })} />
      <MoneyField label="At most" value={amounts.max} error={crossedAmount} onValue={(text) => setAmounts({ ...amounts, max: text })} />
    </FormDialog>
  );
}
