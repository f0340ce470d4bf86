"use client";
import { Menu, OctagonX, Search, Signature, type LucideIcon } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useState } from "react";
import { can } from "@/lib/access";
import { Dialog } from "@/components/ui/dialog.tsx";
import { isHere } from "./nav.tsx";
import { navFor, type NavId } from "./nav-items.ts";
import type { Viewer } from "./viewer.tsx";

type Act = { id: NavId; label: string; href: Route; icon: LucideIcon };

const directActs = 2;

/** What a thumb reaches at once: approve and look up, or the first places of a role that does neither. */
export function directFor(viewer: Viewer): Act[] {
  const places = navFor(viewer).filter((item) => item.id !== "overview");
  const first = places.flatMap((item): Act[] => {
    if (item.id === "transactions") return [{ ...item, label: "Look up", icon: Search }];
    if (item.id !== "payouts") return [];
    const approves = can(viewer, "payouts.approve").allowed;
    return [{ ...item, icon: Signature, ...(approves ? { label: "Approve", href: "/payouts?queue=waiting" as Route } : {}) }];
  });
  const others = places.filter((item) => !first.some((act) => act.id === item.id));
  return [...first.sort((a, b) => Number(a.id === "transactions") - Number(b.id === "transactions")), ...others].slice(0, directActs);
}

/** The phone's foot: approve, look up, stop, and every other place one touch further. */
export function Acts({ viewer, onStop }: { viewer: Viewer; onStop: () => void }) {
  const path = usePathname();
  const [more, setMore] = useState(false);
  const direct = directFor(viewer);
  const here = direct.find((act) => isHere(path, `/${act.id}`));
  return (
    <nav aria-label="Acts" className="desk-acts">
      {direct.map(({ id, label, href, icon: Icon }) => (
        <Link key={id} href={href} className="act-item" aria-current={here?.id === id ? "page" : undefined}>
          <Icon size={18} strokeWidth={1.75} aria-hidden />
          {label}
        </Link>
      ))}
      {can(viewer, "payouts.stop").allowed ? (
        <button type="button" className="act-item" onClick={onStop}>
          <OctagonX size={18} strokeWidth={1.75} aria-hidden className="text-danger" />
          Stop
        </button>
      ) : null}
      <button type="button" className="act-item" aria-haspopup="dialog" aria-expanded={more} aria-current={here === undefined ? "true" : undefined} onClick={() => setMore(true)}>
        <Menu size={18} strokeWidth={1.75} aria-hidden />
        More
      </button>
      <Dialog open={more} onOpenChange={setMore} title="Places">
        <ul className="grid grid-cols-2 gap-1">
          {navFor(viewer).map(({ id, label, href, icon: Icon }) => (
            <li key={id}>
              <Link href={href} className="nav-item h-11" aria-current={isHere(path, href) ? "page" : undefined} onClick={() => setMore(false)}>
                <Icon size={15} strokeWidth={1.75} aria-hidden className="flex-none text-ink-3" />
                {label}
              </Link>
            </li>
          ))}
        </ul>
      </Dialog>
    </nav>
  );
}
