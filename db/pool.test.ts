import { createHash, createSign, generateKeyPairSync, randomBytes } from "node:crypto";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import { useDatabase } from "@/lib/testing/database";
import { minuteMs } from "@/lib/time";
import { gaveUp, isLostConnection, Pool } from "./pool.ts";

const database = useDatabase();
const ending: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

function poolOn(url: string, more: { max?: number; acquireMs?: number } = {}): Pool {
  const pool = new Pool({ url, max: 1, name: "test", ...more });
  ending.push(() => pool.close());
  return pool;
}

/** The same address, through a server of the test's own. */
async function through(onConnection: (socket: Socket) => void, more: Record<string, string> = {}): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ending.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const url = new URL(database.urls.app);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  for (const [name, value] of Object.entries(more)) url.searchParams.set(name, value);
  return url.toString();
}

function toPostgres(): Socket {
  const { hostname, port } = new URL(database.urls.app);
  const socket = connect(Number(port), hostname);
  ending.push(() => void socket.destroy());
  return socket.on("error", () => undefined);
}

describe("the pool", () => {
  test("refuses whoever waits for a connection when it closes, and whoever asks afterwards", async () => {
    const pool = poolOn(database.urls.app);
    await pool.acquire();
    const waiting = expect(pool.acquire()).rejects.toSatisfy(isLostConnection);
    await pool.close();
    await waiting;
    await expect(pool.acquire()).rejects.toSatisfy(isLostConnection);
  });

  test("lets nobody wait longer than its limit, and gives the connection to the next in line", async () => {
    const pool = poolOn(database.urls.app, { acquireMs: 50 });
    const taken = await pool.acquire();
    await expect(pool.acquire()).rejects.toSatisfy((error: unknown) => gaveUp(error) === "too_slow");
    const next = pool.acquire();
    pool.release(taken);
    expect(await next).toBe(taken);
  });

  test("replaces the shared pool for reads when a connection stops answering, and answers again", async () => {
    let silent = false;
    const url = await through((socket) => {
      const upstream = toPostgres();
      socket.pipe(upstream);
      upstream.on("data", (chunk: Buffer) => void (silent || socket.write(chunk)));
    });
    const pool = poolOn(url);
    const ask = (deadlineMs: number): Promise<unknown> => pool.onReads(deadlineMs, ({ sql }) => sql`select 1 as one`);
    await ask(minuteMs);
    silent = true;
    await expect(ask(300)).rejects.toSatisfy(isLostConnection);
    silent = false;
    expect([...((await ask(minuteMs)) as { one: number }[])]).toEqual([{ one: 1 }]);
    expect(pool.replaced).toBe(1);
  });

  test("gives up on a server that accepts and then says nothing", async () => {
    const url = await through(() => undefined);
    const slot = await poolOn(url).acquire();
    await expect(slot.sql`select 1`).rejects.toSatisfy(isLostConnection);
  });
});

describe("a connection over TLS", () => {
  const proxied = (mode: string): Promise<string> => {
    const identity = selfSigned();
    return through(
      (plain) => {
        plain.once("data", () => {
          plain.write("S");
          const secure = new TLSSocket(plain, { isServer: true, ...identity });
          const upstream = toPostgres();
          secure
            .on("error", () => undefined)
            .pipe(upstream)
            .pipe(secure);
          upstream.on("close", () => secure.destroy());
        });
      },
      { sslmode: mode },
    );
  };

  test("keeps the protection: a backend killed in a transaction leaves nothing and the slot says that it is dead", async () => {
    const slot = await poolOn(await proxied("require")).acquire();
    const whole = slot.sql.begin(async (raw) => {
      const [own] = await raw<{ pid: number }[]>`select pg_backend_pid() as pid`;
      await database.superuser`select pg_terminate_backend(${own?.pid ?? 0})`;
      await new Promise((resolve) => setTimeout(resolve, 50));
      await raw`select 1`.catch(() => undefined);
      await raw`select 2`;
    });
    await expect(whole).rejects.toSatisfy(isLostConnection);
    expect(slot.dead).toBe(true);
  });

  test("is refused when the server cannot show who it is and that was asked for", async () => {
    const slot = await poolOn(await proxied("verify-full")).acquire();
    await expect(slot.sql`select 1`).rejects.toSatisfy(isLostConnection);
  });

  test("is refused when the server speaks none", async () => {
    const url = new URL(database.urls.app);
    url.searchParams.set("sslmode", "require");
    const slot = await poolOn(url.toString()).acquire();
    await expect(slot.sql`select 1`).rejects.toSatisfy(isLostConnection);
  });
});

/** A certificate that nobody vouches for, made on the spot so that no key lies in the repository. */
function selfSigned(): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const der = (tag: number, ...parts: Buffer[]): Buffer => {
    const body = Buffer.concat(parts);
    const size = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
    return Buffer.concat([Buffer.from([tag, ...size]), body]);
  };
  const ecdsaWithSha256 = der(0x30, der(0x06, Buffer.from("2a8648ce3d040302", "hex")));
  const name = der(0x30, der(0x31, der(0x30, der(0x06, Buffer.from("550403", "hex")), der(0x0c, Buffer.from("test")))));
  const validity = der(0x30, der(0x17, Buffer.from("200101000000Z")), der(0x17, Buffer.from("491231235959Z")));
  const serial = der(0x02, Buffer.concat([Buffer.from([1]), createHash("sha256").update(randomBytes(8)).digest().subarray(0, 8)]));
  const body = der(0x30, serial, ecdsaWithSha256, name, validity, name, publicKey.export({ type: "spki", format: "der" }));
  const signature = createSign("sha256").update(body).sign(privateKey);
  const whole = der(0x30, body, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature)).toString("base64");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${whole.match(/.{1,64}/g)?.join("\n") ?? ""}\n-----END CERTIFICATE-----\n`,
  };
}
