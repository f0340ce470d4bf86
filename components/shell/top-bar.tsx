"use client";
import { LogOut, OctagonX, Search, UserRound } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Menu, type MenuItem } from "@/components/ui/menu.tsx";
import { roleLabels } from "@/lib/access";
import { leaveDesk } from "./leave.ts";
import { LiveDot } from "./live-dot.tsx";
import { searchWords } from "./search-words.ts";
import { chooseTheme, themeLabels, themes, type Theme } from "./theme.ts";
import { useCan, type Viewer } from "./viewer.tsx";
import { Wordmark } from "./wordmark.tsx";

type Props = { viewer: Viewer; mode: string; theme: Theme; onSearch: () => void; onStop: () => void };

/** Who we are, where to find things, whether the desk is live, and whose desk it is. */
export function TopBar({ viewer, mode, theme, onSearch, onStop }: Props) {
  return (
    <header className="desk-bar flex items-center gap-3 border-b border-line bg-paper px-4">
      <Link href={"/overview" as Route} className="inline-flex rounded-1 no-underline" aria-label="Countersign, overview">
        <Wordmark />
      </Link>
      <button
        type="button"
        onClick={onSearch}
        aria-keyshortcuts="Control+K Meta+K"
        className="ml-auto flex h-8 min-w-0 items-center gap-2 rounded-2 border border-line-2 bg-sheet px-2.5 text-13 text-ink-3 hover:border-control sm:ml-6 sm:w-80 md:ml-16"
      >
        <Search size={14} aria-hidden className="flex-none" />
        <span className="sr-only truncate sm:not-sr-only">{searchWords(viewer)}</span>
        <kbd className="key ml-auto hidden sm:inline-block">Ctrl K</kbd>
      </button>
      <div className="flex items-center gap-3 sm:ml-auto">
        <LiveDot />
        {mode === "production" ? null : (
          <span className="hidden rounded-1 border border-line-2 px-1.5 text-12 whitespace-nowrap text-ink-2 sm:inline">{mode === "demo" ? "demo · emulator" : "sandbox"}</span>
        )}
        <PersonMenu viewer={viewer} theme={theme} onStop={onStop} />
      </div>
    </header>
  );
}

function PersonMenu({ viewer, theme, onStop }: { viewer: Viewer; theme: Theme; onStop: () => void }) {
  const [chosen, setChosen] = useState(theme);
  const mayStop = useCan("payouts.stop").allowed;
  const router = useRouter();
  const items: MenuItem[] = [
    { kind: "heading", label: viewer.name, detail: `${viewer.email} · ${viewer.roles.map((role) => roleLabels[role]).join(", ")}` },
    { label: "Your profile", icon: <UserRound size={14} aria-hidden />, onSelect: () => router.push("/profile" as Route) },
    { kind: "line", label: "after name" },
    ...themes.map((value): MenuItem => ({
      kind: "choice",
      label: themeLabels[value],
      checked: chosen === value,
      onSelect: () => {
        setChosen(value);
        chooseTheme(value);
      },
    })),
    { kind: "line", label: "after theme" },
    ...(mayStop ? [{ label: "Stop payouts …", icon: <OctagonX size={14} aria-hidden />, onSelect: onStop } satisfies MenuItem] : []),
    { label: "Sign out", icon: <LogOut size={14} aria-hidden />, onSelect: () => void leaveDesk() },
  ];
  return <Menu label={<span className="max-w-28 truncate sm:max-w-40">{shortName(viewer.name)}</span>} name={`${viewer.name}, your menu`} items={items} />;
}

/** "A. Admin" from "Asha Admin": enough to know whose desk it is. */
export function shortName(name: string): string {
  const [first = "", ...rest] = name.trim().split(/\s+/);
  return rest.length === 0 ? first : `${first.slice(0, 1)}. ${rest.join(" ")}`;
}
