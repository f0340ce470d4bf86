/** A ref that brings what appeared, or became current, to where the person looks; what is in sight already stays where it is. */
export function intoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: "nearest", inline: "nearest" });
}
