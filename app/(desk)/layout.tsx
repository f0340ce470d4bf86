import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { Shell } from "@/components/shell/shell.tsx";
import { parseTheme, themeCookie } from "@/components/shell/theme.ts";
import { ViewerProvider } from "@/components/shell/viewer.tsx";
import { NowProvider } from "@/components/ui/now.tsx";
import { payoutFreezeOf } from "@/lib/auth";
import { mayDecidePayouts } from "@/lib/auth/policy";
import { config } from "@/lib/config";
import { getViewer } from "@/lib/http/page";
import { findOpenStop } from "@/lib/settings";
import { clockNow, toIst } from "@/lib/time";

// Draws the frame for whoever is signed in. Access is decided by each page and each handler, never here.
export default async function DeskLayout({ children }: { children: ReactNode }) {
  const viewer = await getViewer();
  const now = clockNow();
  const decides = viewer.permissions.includes("payouts.approve");
  const [stop, jar, freeze] = await Promise.all([findOpenStop(), cookies(), decides ? payoutFreezeOf(null, viewer.userId, now) : null]);
  const frozen = mayDecidePayouts(freeze);
  return (
    <NowProvider now={toIst(now)}>
      <ViewerProvider viewer={viewer}>
        <Shell viewer={viewer} mode={config().mode} theme={parseTheme(jar.get(themeCookie)?.value)} stop={stop} frozen={frozen.allowed ? null : (frozen.reasons[0] ?? null)}>
          {children}
        </Shell>
      </ViewerProvider>
    </NowProvider>
  );
}
