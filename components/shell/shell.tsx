"use client";
import { lazy, Suspense, useState, type ReactNode } from "react";
import type { ShownReason } from "@/components/ui/button.tsx";
import { KeySheet } from "@/components/ui/key-sheet.tsx";
import { useShortcut } from "@/components/ui/keyboard.ts";
import type { Stop } from "@/lib/settings/contract";
import { Acts } from "./acts.tsx";
import { DeskBanners } from "./desk-banners.tsx";
import { EmergencyDoor } from "./emergency-door.ts";
import { Nav } from "./nav.tsx";
import { SessionWatch } from "./session-watch.tsx";
import { TopBar } from "./top-bar.tsx";
import type { Theme } from "./theme.ts";
import { catchTyped, takeTyped } from "./typed-ahead.ts";
import type { Viewer } from "./viewer.tsx";

// Neither is needed to draw a page, so neither is in its first script.
const loadPalette = async () => ({ default: (await import("./command-palette.tsx")).CommandPalette });
const CommandPalette = lazy(loadPalette);
const EmergencyDialog = lazy(async () => ({ default: (await import("./emergency-dialog.tsx")).EmergencyDialog }));

export type ShellProps = { viewer: Viewer; mode: string; theme: Theme; stop: Stop | null; frozen: ShownReason | null; children: ReactNode };

/** The frame around every signed-in page. It shows what a person may see and decides nothing. */
export function Shell({ viewer, mode, theme, stop, frozen, children }: ShellProps) {
  const [palette, setPalette] = useState<boolean | null>(null);
  const [emergency, setEmergency] = useState<boolean | null>(null);
  const openPalette = () => {
    if (palette === true) return;
    catchTyped();
    // A failure to fetch it is told by the page; whoever typed goes on with that.
    loadPalette().catch(takeTyped);
    setPalette(true);
  };
  useShortcut("mod+k", openPalette);
  const openEmergency = () => setEmergency(true);
  return (
    <div className="desk">
      <a href="#page" className="sr-only z-50 bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2">
        Skip to the page
      </a>
      <DeskBanners stop={stop} frozen={frozen} mode={mode} onRestart={openEmergency} />
      <TopBar viewer={viewer} mode={mode} theme={theme} onSearch={openPalette} onStop={openEmergency} />
      <Nav viewer={viewer} />
      <main id="page" tabIndex={-1} className="desk-page outline-none">
        <div className="desk-scroll">
          <EmergencyDoor value={openEmergency}>{children}</EmergencyDoor>
        </div>
      </main>
      <Acts viewer={viewer} onStop={openEmergency} />
      <KeySheet />
      <SessionWatch userId={viewer.userId} />
      <Suspense fallback={null}>
        {palette === null ? null : <CommandPalette open={palette} onOpenChange={setPalette} viewer={viewer} onStop={openEmergency} />}
        {emergency === null ? null : <EmergencyDialog open={emergency} onOpenChange={setEmergency} />}
      </Suspense>
    </div>
  );
}
