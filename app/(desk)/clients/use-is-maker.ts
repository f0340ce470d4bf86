"use client";
import { useViewer } from "@/components/shell/viewer.tsx";
import type { ClientPanel } from "@/lib/clients/contract";

/** Whether the person in front of the screen already counts as a maker of what the client asks for. */
export function useIsMaker(client: ClientPanel): boolean {
  const viewer = useViewer();
  return viewer !== null && client.makers.some((maker) => maker.person.id === viewer.userId);
}
