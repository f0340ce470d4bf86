import { inspect } from "node:util";

/** A value that prints as `[redacted]` however it is logged, serialised or inspected. */
export class Sensitive<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself; call it only where it leaves the process on purpose. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return "[redacted]";
  }

  toJSON(): string {
    return "[redacted]";
  }

  [inspect.custom](): string {
    return "[redacted]";
  }
}

export function sensitive<T>(value: T): Sensitive<T> {
  return new Sensitive(value);
}
