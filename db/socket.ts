// A socket that never vanishes under the driver while a transaction is open. When a backend dies between two statements,
// the driver forgets its socket, throws an uncaught TypeError at the next one and keeps the pool's slot for ever. Here
// such a loss is told as an error, first; the socket closes only after its owner has ended the driver instance.
import { Socket } from "node:net";

export const lostCode = "CONNECTION_CLOSED";

function lost(): Error {
  return Object.assign(new Error("the connection to the database was lost"), { code: lostCode });
}

/** "ReadyForQuery, idle": the last message of a connection that owes nothing to anyone. */
const idleMark = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

class PersistentSocket extends Socket {
  #busy = true;
  #dead = false;
  readonly #onLost: () => Promise<void>;

  constructor(onLost: () => Promise<void>) {
    super();
    this.#onLost = onLost;
  }

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event === "data" && Buffer.isBuffer(args[0])) this.#busy = !args[0].subarray(-6).equals(idleMark);
    if (event === "close" && this.#busy && !this.#dead) {
      this.#dead = true;
      this.#say("error", lost());
      void this.#onLost().finally(() => this.#say("close", true));
      return true;
    }
    return this.#say(event, ...args);
  }

  override write(chunk: Uint8Array | string, ...rest: unknown[]): boolean {
    this.#busy = true;
    if (!this.#dead) return Reflect.apply(Socket.prototype.write, this, [chunk, ...rest]);
    setImmediate(() => this.#say("error", lost()));
    return true;
  }

  #say(event: string | symbol, ...args: unknown[]): boolean {
    // Once the driver has let go of the socket nobody listens, and an unheard error would end the process.
    if (event === "error" && this.listenerCount("error") === 0) return false;
    return Reflect.apply(Socket.prototype.emit, this, [event, ...args]);
  }
}

type Where = { host: string | string[]; port: number | number[] };

/** A `socket` option for the driver. `onLost` runs when a connection dies while it owes an answer or a transaction. */
export function persistentSocket(onLost: () => Promise<void>): (where: Where) => Promise<Socket> {
  return ({ host, port }) =>
    new Promise((resolve, reject) => {
      const socket: Socket = new PersistentSocket(onLost);
      socket.once("error", reject);
      socket.connect({ host: [host].flat()[0] ?? "127.0.0.1", port: [port].flat()[0] ?? 5432 }, () => {
        socket.setNoDelay(true);
        socket.off("error", reject);
        resolve(socket);
      });
    });
}
