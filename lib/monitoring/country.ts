import { join } from "node:path";
import ipaddr from "ipaddr.js";
import { open, type CountryResponse, type Reader } from "maxmind";
import { undressed } from "@/lib/http/undressed";
import { log } from "./log.ts";

type Entry = CountryResponse & { country_code?: string };

// The database is a package of its own and public domain; it is opened at the first question and then stays in memory.
const file = ["node_modules", "@ip-location-db", "geo-whois-asn-country-mmdb", "geo-whois-asn-country.mmdb"];

let reader: Promise<Reader<Entry> | null> | undefined;

async function openOnce(): Promise<Reader<Entry> | null> {
  try {
    return await open<Entry>(join(/* turbopackIgnore: true */ process.cwd(), ...file), { cache: { max: 2000 } });
  } catch (error) {
    log.warn({ error }, "the country database cannot be read; countries are unknown");
    return null;
  }
}

/** Whether countries can be told at all: whoever shuts a country out must not let it in because a file is gone. */
export async function knowsCountries(): Promise<boolean> {
  return (await (reader ??= openOnce())) !== null;
}

/** The country ("IN") to which a registry gave an address; null for private, unknown and reserved ones. A hint, never a proof. */
export async function countryOf(ip: string | null): Promise<string | null> {
  if (ip === null || !ipaddr.isValid(ip)) return null;
  // No registry lists the clothes.
  const found = (await (reader ??= openOnce()))?.get(undressed(ip));
  const code = found?.country_code ?? found?.country?.iso_code ?? null;
  return code !== null && /^[A-Z]{2}$/.test(code) ? code : null;
}
