"use client";
import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Time } from "@/components/ui/time.tsx";
import type { HandedLink } from "@/lib/users/contract";

/** A one-time link, shown this once: nobody can look it up again, only issue a new one. */
export function LinkShown({ link, children }: { link: HandedLink; children: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <section aria-label="One-time link" className="grid gap-3 text-13">
      <p>{children}</p>
      <p className="ref break-all border-y border-line py-2">{link.url}</p>
      <p className="text-ink-2">
        Good once, until <Time at={link.expiresAt} />. It is not shown again.
      </p>
      <div>
        <Button
          variant="primary"
          icon={copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
          onClick={() => void navigator.clipboard.writeText(link.url).then(() => setCopied(true))}
        >
          {copied ? "Copied" : "Copy the link"}
        </Button>
      </div>
    </section>
  );
}
