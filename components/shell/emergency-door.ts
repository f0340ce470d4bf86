"use client";
import { createContext, useContext } from "react";

/** Opens the emergency dialog of the shell, from wherever stopping is talked about. */
export const EmergencyDoor = createContext<() => void>(() => undefined);

export function useEmergencyDoor(): () => void {
  return useContext(EmergencyDoor);
}
