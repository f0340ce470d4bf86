"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { FormDialog } from "@/components/ui/form-dialog.tsx";
import { Problem } from "@/components/shell/problem.tsx";
import { Select } from "@/components/ui/select.tsx";
import { TextArea, TextField } from "@/components/ui/text-field.tsx";
import { ipRulesKey, placeBanMutation } from "@/lib/edge/client";
import { banMinutes, parseNetwork } from "@/lib/edge/contract";
import { whyLength, whyRefused } from "@/lib/why";

const words: Record<(typeof banMinutes)[number], string> = { 15: "15 minutes", 60: "1 hour", 1440: "1 day", 10_080: "7 days" };
const lengths = banMinutes.map((minutes) => ({ value: String(minutes), label: words[minutes] }));

/** Shuts a network out of console and API for a while. */
export default function PlaceBan({ onClose }: { onClose: () => void }) {
  const cache = useQueryClient();
  const [text, setText] = useState("");
  const [minutes, setMinutes] = useState("60");
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const network = parseNetwork(text);
  const place = useMutation({ ...placeBanMutation, onSuccess: onClose, onSettled: () => cache.invalidateQueries({ queryKey: ipRulesKey }) });
  const submit = () => {
    setTried(true);
    const chosen = banMinutes.find((each) => String(each) === minutes);
    if (network !== null && chosen !== undefined && whyRefused(reason) === undefined) place.mutate({ network, minutes: chosen, reason: reason.trim() });
  };
  return (
    <FormDialog
      title="Ban a network"
      description="Its requests to the desk and the API are refused until the ban ends. Webhooks are not touched."
      act={`Ban ${network ?? "the network"}`}
      danger
      busy={place.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label="Network"
        mono
        value={text}
        onChange={(event) => setText(event.target.value)}
        error={tried && network === null ? "Write a network such as 203.0.113.0/24 or 2001:db8::/32, or one address." : undefined}
        autoComplete="off"
        spellCheck={false}
      />
      <Select label="For" options={lengths} value={minutes} onValue={setMinutes} />
      <TextArea
        label="Reason"
        value={reason}
        maxLength={whyLength.max}
        onChange={(event) => setReason(event.target.value)}
        hint="It stays in the trail. No personal data."
        error={tried ? whyRefused(reason) : undefined}
      />
      <Problem error={place.error} fieldsSayIt />
    </FormDialog>
  );
}
