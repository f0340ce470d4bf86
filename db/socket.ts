// A socket that never vanishes under the driver. When a connection dies while the driver has something scheduled for it,
// the driver forgets its socket, throws an uncaught TypeError or waits for ever, and keeps the pool's place for good. Here
// every loss is told as an error, first; the socket closes only after its owner has ended the driver instance.
import { connect as connectPlain, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

export const lostCode = "CONNECTION_CLOSED";

function lost(cause?: unknown): Error {
  return Object.assign(new Error("the connection to the database was lost or could not be had", cause === undefined ? undefined : { cause }), { code: lostCode });
}

/** From this size on the driver does not gather. */
const largeBytes = 1024;

/** Puts the protection on a connected socket, plain or TLS, before the driver hears anything from it. */
function persistent(socket: Socket, onLost: () => Promise<void>): Socket {
  const emit = socket.emit.bind(socket) as (event: string | symbol, ...args: unknown[]) => boolean;
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  const end = socket.end.bind(socket) as (...args: unknown[]) => Socket;
  let wanted = false;
  let dead = false;
  let corked = false;
  const uncork = (): void => {
    if (corked) socket.uncork();
    corked = false;
  };
  // The driver gathers what is small until its turn ends but sends what is large at once; what follows in the same turn
  // (a commit after the last writes) then travels with it, and the server is woken once. What the driver gathered comes
  // in an immediate of its own, after ours: so ours waits for one more.
  const gather = (chunk: unknown): boolean => {
    if (corked || !(chunk instanceof Uint8Array) || chunk.length < largeBytes) return corked;
    corked = true;
    socket.cork();
    setImmediate(() => setImmediate(uncork));
    return false;
  };
  const say = (event: string | symbol, ...args: unknown[]): boolean => {
    // Once the driver has let go of the socket nobody listens, and an unheard error would end the process.
    if (event === "error" && socket.listenerCount("error") === 0) return false;
    return emit(event, ...args);
  };
  socket.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    if (event === "close" && !wanted && !dead) {
      dead = true;
      say("error", lost());
      void onLost().finally(() => say("close", true));
      return true;
    }
    return say(event, ...args);
  };
  socket.write = (...args: unknown[]): boolean => {
    if (!dead) {
      const last = gather(args[0]);
      const sent = write(...args);
      if (last) uncork();
      return sent;
    }
    setImmediate(() => say("error", lost()));
    return true;
  };
  socket.end = (...args: unknown[]): Socket => {
    // The driver ends with a message of farewell; the runtime itself, when the other side is gone, without one.
    if (args.length > 0) wanted = true;
    return end(...args);
  };
  return socket;
}

export type Where = { host: string | string[]; port: number | string | (number | string)[]; path?: string | false };

/** How the connection is encrypted; the words are those of `sslmode`. */
export type SslMode = "disable" | "allow" | "prefer" | "require" | "verify-ca" | "verify-full";

type Options = { onLost: () => Promise<void>; ssl: SslMode; timeoutMs: number };

/** Asks the server for TLS in its own words: eight bytes there, one back ("S" or "N"). */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/**
 * A `socket` option for the driver, which must be told `ssl: false`: left to encrypt by itself it would listen to a
 * socket of its own, without the protection. `onLost` runs when a connection ends that the driver did not end.
 */
export function persistentSocket({ onLost, ssl, timeoutMs }: Options): (where: Where) => Promise<Socket> {
  return async ({ host, port, path }) => {
    const name = [host].flat()[0] ?? "127.0.0.1";
    const socket = connectPlain(typeof path === "string" ? { path } : { host: name, port: Number([port].flat()[0] ?? 5432) });
    let used = socket;
    const timer = setTimeout(() => {
      used.destroy(lost());
      socket.destroy(lost());
    }, timeoutMs);
    try {
      await once(socket, "connect");
      if (typeof path !== "string") socket.setNoDelay(true);
      if (ssl !== "disable" && ssl !== "allow" && typeof path !== "string" && (await wantsTls(socket, ssl))) {
        used = connectTls({ socket, ...(isIP(name) === 0 ? { servername: name } : {}), rejectUnauthorized: ssl.startsWith("verify") });
        await once(used, "secureConnect");
      }
      return persistent(used, onLost);
    } catch (error) {
      used.on("error", () => undefined).destroy();
      socket.on("error", () => undefined).destroy();
      throw lost(error);
    } finally {
      clearTimeout(timer);
    }
  };
}

async function wantsTls(socket: Socket, ssl: SslMode): Promise<boolean> {
  socket.write(sslRequest);
  const [answer] = await once(socket, "data");
  if (Buffer.isBuffer(answer) && answer.length === 1 && answer[0] === 0x53) return true;
  if (Buffer.isBuffer(answer) && answer.length === 1 && ssl === "prefer") return false;
  throw lost(new Error("the server does not speak TLS"));
}

/** The next `event`; rejects when the socket fails or closes first. */
function once(socket: Socket, event: "connect" | "secureConnect" | "data"): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      socket.off(event, heard).off("error", failed).off("close", closed);
      act();
    };
    const heard = (...args: unknown[]): void => settle(() => resolve(args));
    const failed = (error: unknown): void => settle(() => reject(error as Error));
    const closed = (): void => settle(() => reject(lost()));
    socket.on(event, heard).on("error", failed).on("close", closed);
  });
}
