"use client";
import { Check, Copy, Download, Printer } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";

type Props = { codes: readonly string[]; email: string; children: (stored: boolean) => ReactNode };

/** Ten recovery codes, seen this once: on paper, in a file or in a password manager, and then put away. */
export function RecoverySheet({ codes, email, children }: Props) {
  const [stored, setStored] = useState(false);
  const [copied, setCopied] = useState(false);
  const text = `Countersign recovery codes of ${email}\nEach one signs you in once instead of your phone.\n\n${codes.join("\n")}\n`;
  const copy = () => void navigator.clipboard.writeText(text).then(() => setCopied(true));
  return (
    <div className="grid gap-4">
      <div className="sheet-block border-y border-line py-4">
        <p className="pb-3 text-13 text-ink-2">
          Recovery codes of <span className="text-ink">{email}</span>, each good once
        </p>
        <ol aria-label="Recovery codes" className="grid grid-cols-2 gap-x-6 gap-y-2">
          {codes.map((code) => (
            <li key={code} className="ref text-ink select-all" data-recovery-code>
              {code}
            </li>
          ))}
        </ol>
      </div>
      <div data-screen-only className="flex flex-wrap gap-2">
        <Button icon={copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />} onClick={copy}>
          {copied ? "Copied" : "Copy"}
        </Button>
        <Button icon={<Download size={14} aria-hidden />} onClick={() => keep(text)}>
          Download
        </Button>
        <Button icon={<Printer size={14} aria-hidden />} onClick={() => window.print()}>
          Print
        </Button>
      </div>
      <div data-screen-only className="grid gap-3">
        <Checkbox label="I have stored them where only I can reach them" hint="Nobody here can show them again." checked={stored} onChecked={setStored} />
        {children(stored)}
      </div>
    </div>
  );
}

function keep(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "countersign-recovery-codes.txt";
  link.click();
  URL.revokeObjectURL(url);
}
