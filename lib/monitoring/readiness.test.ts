import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { clockWarning } from "@/lib/cli/clock";
import { useDatabase } from "@/lib/testing/database";
import { minuteMs, setClockOffsetMs } from "@/lib/time";
import { beat } from "./commands.ts";
import { readiness } from "./queries.ts";

const database = useDatabase();

async function houseIs(mode: "demo" | "sandbox" | "production"): Promise<void> {
  await database.superuser`delete from installation`;
  await database.superuser`insert into installation (id, mode, created_at) values ('this', ${mode}, now())`;
}

async function seen(name: string): Promise<{ ready: boolean; ok: boolean | undefined; sentence: string }> {
  const { ready, dependencies } = await readiness();
  const found = dependencies.find((dependency) => dependency.name === name);
  return { ready, ok: found?.ok, sentence: found?.sentence ?? "" };
}

/** The worker runs beside the web process, by the same clock. */
async function withClockAt(offsetMs: number): Promise<void> {
  setClockOffsetMs(offsetMs);
  await beat("worker");
}

beforeAll(() => houseIs("production"));
afterEach(() => setClockOffsetMs(0));

describe("a program's clock", () => {
  test.each(["sandbox", "production"] as const)("that a %s house would not believe makes it not ready, with the measured difference, before anything is started", async (mode) => {
    await houseIs(mode);
    for (const [offsetMs, words] of [
      [6 * minuteMs, /^It is 3(59|60) s ahead of the database's, more than the five minutes allowed: nobody can sign/],
      [-6 * minuteMs, /^It is 36[0-2] s behind the database's, /],
    ] as const) {
      await withClockAt(offsetMs);
      expect(await seen("clock")).toEqual({ ready: false, ok: false, sentence: expect.stringMatching(words) as string });
      await expect(clockWarning(database.urls.owner)).rejects.toThrow(/the clock of this machine is 3\d\d s (ahead of|behind) the database's/);
    }
  });

  test("within the five minutes is said and stands in nobody's way", async () => {
    await houseIs("production");
    await withClockAt(4 * minuteMs);
    expect(await seen("clock")).toEqual({ ready: true, ok: true, sentence: expect.stringMatching(/^It is 2[34]\d s ahead of the database's\.$/) as string });
    expect(await clockWarning(database.urls.owner)).toBeNull();
  });

  test("that is off in a demo, which judges no dates, is a warning and nothing more", async () => {
    await houseIs("demo");
    await withClockAt(6 * minuteMs);
    expect(await seen("clock")).toMatchObject({ ready: true, ok: true, sentence: expect.stringContaining("a house with real credentials allows") as string });
    expect(await clockWarning(database.urls.owner)).toMatch(/^The clock of this machine is 3\d\d s ahead of the database's/);
  });
});

describe("the worker", () => {
  test("is missing until it beats, late after fifteen seconds, and not ready with a clock that the house would not believe", async () => {
    await houseIs("production");
    await database.superuser`delete from heartbeats`;
    expect(await seen("worker")).toMatchObject({ ready: false, ok: false, sentence: "It has not started yet." });
    await beat("worker");
    expect(await seen("worker")).toMatchObject({ ready: true, ok: true });
    await withClockAt(-minuteMs);
    setClockOffsetMs(0);
    expect(await seen("worker")).toMatchObject({ ok: false, sentence: expect.stringMatching(/^It was last seen 6\d s ago\.$/) as string });
    await withClockAt(6 * minuteMs);
    setClockOffsetMs(0);
    expect(await seen("worker")).toMatchObject({ ready: false, ok: false, sentence: expect.stringMatching(/^Its clock is 3\d\d s ahead of the database's/) as string });
  });
});
