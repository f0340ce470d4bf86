"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { can } from "@/lib/access";
import { overviewQuery } from "@/lib/overview/client";
import { countText } from "@/components/ui/count.ts";
import { minuteMs } from "@/lib/time";
import { countsOf } from "./nav-counts.ts";
import { navFor } from "./nav-items.ts";
import type { Viewer } from "./viewer.tsx";

/** Whether `path` is this place or within it. */
export function isHere(path: string, href: string): boolean {
  return path === href || path.startsWith(`${href}/`);
}

/** The left column: only places this person may see, with how much waits in each. */
export function Nav({ viewer }: { viewer: Viewer }) {
  const path = usePathname();
  const waiting = useQuery({ ...overviewQuery, select: countsOf, refetchInterval: minuteMs, enabled: can(viewer, "overview.view").allowed });
  return (
    <nav aria-label="Desk" className="desk-nav overflow-auto border-r border-line px-2 py-3">
      <ul className="grid gap-0.5">
        {navFor(viewer).map((item) => {
          const Icon = item.icon;
          const count = waiting.data?.[item.id] ?? 0;
          return (
            <li key={item.id}>
              <Link href={item.href} className="nav-item" aria-current={isHere(path, item.href) ? "page" : undefined}>
                <Icon size={15} strokeWidth={1.75} aria-hidden className="flex-none text-ink-3" />
                <span className="nav-word">{item.label}</span>
                {count > 0 ? (
                  <span className="nav-word ml-auto text-12 text-ink-3">
                    {countText(count)}
                    <span className="sr-only"> waiting</span>
                  </span>
                ) : null}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
