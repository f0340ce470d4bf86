"use client";
import type { Route } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { can, type Permission } from "@/lib/access";
import { useViewer } from "./viewer.tsx";

/** Where the desk shows what an id names, and what one must hold to see it there. */
const places: Record<string, { permission: Permission; href: (id: string) => string }> = {
  po: { permission: "payouts.view", href: (id) => `/payouts/${id}` },
  pay: { permission: "transactions.view", href: (id) => `/transactions?id=${id}` },
  tx: { permission: "transactions.view", href: (id) => `/transactions?id=${id}` },
  acct: { permission: "accounts.view", href: (id) => `/accounts/${id}` },
  usr: { permission: "people.view", href: (id) => `/users?id=${id}` },
  cl: { permission: "clients.view", href: (id) => `/clients?id=${id}` },
  ban: { permission: "ip_rules.view", href: () => "/ip-rules" },
  ipr: { permission: "ip_rules.view", href: () => "/ip-rules" },
  lnk: { permission: "links.view", href: (id) => `/links?id=${id}` },
};

type Props = { id: string; title?: string; className?: string; children: ReactNode };

/** Its words, as a link to what `id` names where this person may see that; plain words where not. */
export function Place({ id, title, className, children }: Props) {
  const viewer = useViewer() ?? { permissions: [] };
  const place = /^[a-z]+_[0-9a-z]{26}$/.test(id) ? places[id.slice(0, id.indexOf("_"))] : undefined;
  if (place === undefined || !can(viewer, place.permission).allowed)
    return (
      <span className={className} title={title}>
        {children}
      </span>
    );
  return (
    <Link className={className ?? "link"} title={title} href={place.href(id) as Route}>
      {children}
    </Link>
  );
}
