"use client";
import type { Route } from "next";
import Link from "next/link";
import { countText } from "@/components/ui/count.ts";
import { TabScroller } from "@/components/ui/tab-scroller.tsx";

export type UsersTab = "people" | "proposals";

export function usersHref({ tab, id }: { tab: UsersTab; id: string | null }): string {
  const search = new URLSearchParams({ ...(tab === "people" ? {} : { tab }), ...(id === null ? {} : { id }) }).toString();
  return search === "" ? "/users" : `/users?${search}`;
}

/** Changes the address without asking the server for the page again. */
export function go(href: string, replace: boolean): void {
  if (replace) window.history.replaceState(null, "", href);
  else window.history.pushState(null, "", href);
}

const tabs: { tab: UsersTab; label: string }[] = [
  { tab: "people", label: "People" },
  { tab: "proposals", label: "Waiting for a second admin" },
];

/** The two lists of this page. */
export function UsersTabs({ tab, waiting }: { tab: UsersTab; waiting: number }) {
  return (
    <TabScroller as="nav" label="Lists">
      {tabs.map((each) => (
        <Link
          key={each.tab}
          href={usersHref({ tab: each.tab, id: null }) as Route}
          aria-current={each.tab === tab ? "page" : undefined}
          className="flex h-9 items-center border-b-2 border-transparent text-13 whitespace-nowrap text-ink-2 no-underline -outline-offset-2 hover:text-ink aria-[current=page]:border-ink aria-[current=page]:font-medium aria-[current=page]:text-ink"
        >
          {each.label}
          {each.tab === "proposals" ? <span className="num ml-1.5 text-ink-3">{countText(waiting)}</span> : null}
        </Link>
      ))}
    </TabScroller>
  );
}
