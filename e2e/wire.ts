// Bytes on a socket: requests that no HTTP client would write, and what came back, whole.
import { connect } from "node:net";
import { browserName } from "./people.ts";
import { settings } from "./settings.ts";

export const target = new URL(settings.baseUrl);

export type WireAnswer = { status: number; head: string; body: string; answers: number };

/** Sends `bytes` as they are and reads until the server ends the connection or says nothing for a while. */
export function wire(bytes: string | Buffer, quietMs = 400): Promise<WireAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ host: target.hostname === "localhost" ? "127.0.0.1" : target.hostname, port: Number(target.port) });
    const chunks: Buffer[] = [];
    let timer: NodeJS.Timeout | undefined;
    const end = (): void => {
      clearTimeout(timer);
      socket.destroy();
      const text = Buffer.concat(chunks).toString("latin1");
      const [head = "", ...rest] = text.split("\r\n\r\n");
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, body: rest.join("\r\n\r\n"), answers: text.match(/HTTP\/1\.1 \d{3} /g)?.length ?? 0 });
    };
    const wait = (ms: number): void => {
      clearTimeout(timer);
      timer = setTimeout(end, ms);
    };
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      wait(quietMs);
    });
    socket.on("error", () => undefined);
    socket.on("close", end);
    wait(8000);
    socket.write(bytes);
  });
}

export type Head = readonly (readonly [name: string, value: string])[];

/** A request's text with exactly these headers; `Host`, `User-Agent` and `Connection: close` unless given. */
export function request(line: string, head: Head, body = ""): string {
  const has = (name: string): boolean => head.some(([each]) => each.toLowerCase() === name);
  const all: Head = [
    ...(has("host") ? [] : [["Host", target.host] as const]),
    // The browser in which the cookies began; a copy in another would be refused for that alone.
    ...(has("user-agent") ? [] : [["User-Agent", browserName] as const]),
    ...head,
    ...(body === "" || has("content-length") || has("transfer-encoding") ? [] : [["Content-Length", String(Buffer.byteLength(body))] as const]),
    ...(has("connection") ? [] : [["Connection", "close"] as const]),
  ];
  return `${line} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`;
}
