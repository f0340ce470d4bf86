// The emulator that speaks Cashfree's HTTP: a process of its own, with its own memory. Plain Node, no framework.
export { startEmulator, type Emulator, type EmulatorOptions } from "./server.ts";
export type { EmulatorCredentials, EmulatorTuning } from "./settings.ts";
