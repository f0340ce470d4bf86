// What a person types between asking for a box and the box having the focus: it is fetched when it is first asked for, and
// even one that is there takes a moment to be drawn.

let stop: (() => string) | null = null;

/** Catches keys from now on, so that none acts on the page instead, until they are taken or Escape gives the box up. */
export function catchTyped(): void {
  takeTyped();
  let typed = "";
  const hear = (event: KeyboardEvent): void => {
    if (event.key === "Escape") takeTyped();
    if (event.ctrlKey || event.metaKey || event.altKey || event.key === "Escape" || event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key.length === 1) typed += event.key;
    else if (event.key === "Backspace") typed = typed.slice(0, -1);
  };
  window.addEventListener("keydown", hear, { capture: true });
  stop = () => {
    window.removeEventListener("keydown", hear, { capture: true });
    return typed;
  };
}

/** Ends the catching; answers what was typed. */
export function takeTyped(): string {
  const typed = stop?.() ?? "";
  stop = null;
  return typed;
}
