import { randomInt } from "node:crypto";
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

// Below those that the kernel gives to outgoing connections, so that none of these is in the way when the port is used at last.
const portsFrom = 20_000;
const portsTo = 32_767;

/** A port that is free now, and that no outgoing connection takes. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(portsFrom, portsTo);
    if (await isPortFree(port)) return port;
  }
  throw new Error("No free port on 127.0.0.1.");
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
