"use client";
import { useEffect, useState, type RefObject } from "react";

/** Whether a frame that scrolls sideways holds more behind its edges than it shows. */
export function useMoreSideways(frame: RefObject<HTMLElement | null>): { before: boolean; after: boolean } {
  const [more, setMore] = useState({ before: false, after: false });
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const look = () => {
      const before = element.scrollLeft > 1;
      const after = element.scrollLeft + element.clientWidth < element.scrollWidth - 1;
      setMore((was) => (was.before === before && was.after === after ? was : { before, after }));
    };
    // What is inside comes, goes and grows, and a panel takes the room beside it.
    const sizes = new ResizeObserver(look);
    const contents = new MutationObserver(look);
    sizes.observe(element);
    contents.observe(element, { childList: true, characterData: true, subtree: true });
    element.addEventListener("scroll", look, { passive: true });
    look();
    return () => {
      sizes.disconnect();
      contents.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [frame]);
  return more;
}
