import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod/mini";
import { readJson, writePrivate } from "./files.ts";

function listenOnce(port: number, host: string): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === "object" ? address.port : null));
    });
  });
}

/** True when nothing listens on `port` of this host. */
export async function isPortFree(port: number, host = "127.0.0.1"): Promise<boolean> {
  return (await listenOnce(port, host)) === port;
}

/** Null while `port` is free; else what to tell the operator. */
export async function portTaken(port: number, host: string): Promise<string | null> {
  return (await isPortFree(port, host)) ? null : `Port ${port} is taken. Choose another one: PORT=${port + 1} npm start`;
}

/** A port that is free now, chosen by the kernel. */
export async function freePort(): Promise<number> {
  const port = await listenOnce(0, "127.0.0.1");
  if (port === null) throw new Error("No free port on 127.0.0.1.");
  return port;
}

/**
 * The port remembered under `name` in `file` while it is free, else a new one that is remembered from now on. `waitMs`: how
 * long to wait for what a killed run left on it; addresses that were handed out stay good that way.
 */
export async function rememberedPort(file: string, name: string, waitMs = 0): Promise<number> {
  const ports = readJson(file, z.record(z.string(), z.number())) ?? {};
  const known = ports[name];
  for (let waitedMs = 0; known !== undefined && waitedMs <= waitMs; waitedMs += 100) {
    if (await isPortFree(known)) return known;
    if (waitedMs < waitMs) await pause(100);
  }
  const port = await freePort();
  writePrivate(file, JSON.stringify({ ...ports, [name]: port }));
  return port;
}
