// Pure: whether a value may stand under a name, and which way a change goes.
import { policyDefinitions, settingNames, type PolicyDefinition, type SettingName, type SettingValue } from "./definitions.ts";

const digits = /^(?:0|[1-9]\d{0,13})$/;

/** The definition under a name, or null for a name nobody has defined. */
export function definitionOf(name: string): PolicyDefinition | null {
  const known: Record<string, PolicyDefinition> = policyDefinitions;
  return Object.hasOwn(known, name) ? (known[name] ?? null) : null;
}

export function isSettingName(name: string): name is SettingName {
  return (settingNames as readonly string[]).includes(name);
}

/** Why a value may not stand under a definition, as a sentence; null when it may. */
export function whyNot(definition: PolicyDefinition, value: unknown): string | null {
  switch (definition.kind) {
    case "int":
      return typeof value === "number" && Number.isInteger(value) && value >= definition.min && value <= definition.max ? null : definition.outside;
    case "paise":
      return typeof value === "string" && digits.test(value) && BigInt(value) >= BigInt(definition.min) && BigInt(value) <= BigInt(definition.max) ? null : definition.outside;
    case "switch":
      return typeof value === "boolean" ? null : definition.outside;
  }
}

/** What the settings page calls a setting, for whoever reads of it elsewhere; null for a name that is none. */
export function settingLabel(name: string): string | null {
  return definitionOf(name)?.label ?? null;
}

/** A stored value as its type; a missing one is the default. Throws on one that is out of bounds. */
export function parseSetting<N extends SettingName>(name: N, stored: unknown): SettingValue<N> {
  const definition: PolicyDefinition = policyDefinitions[name];
  if (stored === undefined) return definition.fallback as SettingValue<N>;
  const why = whyNot(definition, stored);
  if (why !== null) throw new Error(`the stored value of the setting ${name} is not one of its own: ${why}`);
  return stored as SettingValue<N>;
}

export type Direction = "tighten" | "loosen" | "change";

/** Whether going from one value to another makes the house stricter or looser. */
export function directionOf(definition: PolicyDefinition, from: unknown, to: unknown): Direction {
  if (definition.tighter === "neither" || from === to) return "change";
  const [was, is] = [BigInt(from as string | number | boolean), BigInt(to as string | number | boolean)];
  const stricter = definition.tighter === "lower" || definition.tighter === "off" ? is < was : is > was;
  return stricter ? "tighten" : "loosen";
}
