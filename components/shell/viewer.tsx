"use client";
import { createContext, useContext, type ReactNode } from "react";
import { can, type Permission, type Role } from "@/lib/access";
import type { Decision } from "@/lib/errors";

/** The signed-in person as the screen knows them. */
export type Viewer = { userId: string; name: string; email: string; roles: readonly Role[]; permissions: readonly Permission[] };

const ViewerContext = createContext<Viewer | null>(null);

export function ViewerProvider({ viewer, children }: { viewer: Viewer; children: ReactNode }) {
  return <ViewerContext value={viewer}>{children}</ViewerContext>;
}

/** The person in front of the screen; null on pages before sign-in. */
export function useViewer(): Viewer | null {
  return useContext(ViewerContext);
}

/** The screen's face of the one access predicate: pass `reasons` to a button. It explains; the server decides. */
export function useCan(permission: Permission): Decision {
  const viewer = useViewer();
  return can(viewer ?? { permissions: [] }, permission);
}

/** Draws its children only for people with the permission: for whole areas. Acts stay visible with their reasons instead. */
export function Can({ permission, children, fallback = null }: { permission: Permission; children: ReactNode; fallback?: ReactNode }) {
  return useCan(permission).allowed ? children : fallback;
}
