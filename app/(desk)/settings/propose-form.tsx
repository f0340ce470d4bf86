"use client";
import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Problem } from "@/components/shell/problem.tsx";
import { Button, type ShownReason } from "@/components/ui/button.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { groupRupees, MoneyField } from "@/components/ui/money-field.tsx";
import { TextArea, TextField } from "@/components/ui/text-field.tsx";
import { parseRupees } from "@/lib/money";
import { definitionOf, whyNot } from "@/lib/policies/policy";
import { proposeMutation } from "@/lib/settings/client";
import type { Setting, SettingDetail, SettingValueWire } from "@/lib/settings/contract";
import { whyLength, whyRefused } from "@/lib/why";
import { directionOfInput, directionWords } from "./setting-words.ts";

type Props = { setting: Setting; reasons: readonly ShownReason[]; onDone: (detail: SettingDetail) => void };

/** Text in a field as the setting's own type; null when it is none. */
function parse(setting: Setting, text: string): SettingValueWire | null {
  if (setting.kind === "switch") return text === "on";
  if (setting.kind === "paise") return parseRupees(text)?.toString() ?? null;
  return /^\d{1,12}$/.test(text.trim()) ? Number(text.trim()) : null;
}

function startOf(setting: Setting): string {
  if (typeof setting.value === "boolean") return setting.value ? "on" : "off";
  return setting.kind === "paise" ? groupRupees(`${BigInt(setting.value) / 100n}`) : String(setting.value);
}

/** A new value and why; says at once whether it is allowed and which way it goes. */
export function ProposeForm({ setting, reasons, onDone }: Props) {
  const [text, setText] = useState(startOf(setting));
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const propose = useMutation({ ...proposeMutation, onSuccess: onDone });
  const value = parse(setting, text);
  const definition = definitionOf(setting.name);
  const outside = value === null || definition === null ? setting.outside : whyNot(definition, value);
  const same = value === setting.value;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (value !== null && outside === null && !same && whyRefused(reason) === undefined) propose.mutate({ name: setting.name, value, reason: reason.trim() });
  };
  const error = outside !== null && !same ? outside : tried && same ? "This is its value already." : undefined;
  return (
    <form onSubmit={submit} noValidate aria-label="Propose a change" className="grid gap-3 border-t border-line pt-4">
      <h3 className="text-14 font-semibold">Propose a change</h3>
      {setting.kind === "switch" ? (
        <Checkbox
          label={setting.label}
          hint={tried && same ? "This is its value already." : undefined}
          checked={text === "on"}
          onChecked={(checked) => setText(checked ? "on" : "off")}
        />
      ) : setting.kind === "paise" ? (
        <MoneyField label="New value" value={text} error={error} onValue={setText} />
      ) : (
        <TextField label="New value" hint={`In ${setting.unit}.`} inputMode="numeric" value={text} error={error} onChange={(event) => setText(event.target.value)} />
      )}
      {value === null || outside !== null || same ? null : <p className="text-13 text-ink-2">{directionWords[directionOfInput(setting, value)]}</p>}
      <TextArea
        label="Reason"
        value={reason}
        maxLength={whyLength.max}
        hint="The person who decides reads this, and it stays in the trail."
        error={tried ? whyRefused(reason) : undefined}
        onChange={(event) => setReason(event.target.value)}
      />
      <Problem error={propose.error} />
      <Button variant="primary" type="submit" busy={propose.isPending} reasons={reasons}>
        Propose to a second person
      </Button>
    </form>
  );
}
