"use client";
/* oxlint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role --
   a phone's two-line rows change `display`, which takes the implied table roles away. */
import type { MouseEvent, ReactNode } from "react";
import { cx } from "./class-names.ts";

export type Column<Row> = {
  id: string;
  header: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Money and counts stand at the end. */
  align?: "end";
  /** "first" leaves the column out on a small screen, "hide" while the panel takes half of it, "last" only where that half is a small one. */
  narrow?: "first" | "hide" | "last";
  /** Where the cell goes in a phone's two-line row, one cell in each place; hidden there unless said. */
  phone?: "lead" | "trail" | "under" | "under-end" | "hide";
  /** What the value is, where a phone's row shows it without its head ("available"). */
  phoneLabel?: string;
  className?: string;
};

type Props<Row> = { id: string; row: Row; columns: readonly Column<Row>[]; selected: boolean; changed: boolean; onSelect?: (row: Row) => void };

/** The first column and the last keep their place when a table scrolls sideways. */
export function pinOf(index: number, count: number): "start" | "end" | undefined {
  if (index === 0) return "start";
  return index === count - 1 && count > 2 ? "end" : undefined;
}

/** One row. Its first cell is the button that opens it, so keyboards and screen readers have one clear stop per row. */
export function DataRow<Row>({ id, row, columns, selected, changed, onSelect }: Props<Row>) {
  const open = (event: MouseEvent<HTMLTableRowElement>) => {
    // Links and buttons inside a row keep their own meaning, and selecting text is not opening.
    if (event.target instanceof Element && event.target.closest("a, button, input, label")) return;
    if (window.getSelection()?.toString()) return;
    onSelect?.(row);
  };
  return (
    <tr id={id} role="row" className={cx(changed && "washed")} aria-current={selected || undefined} data-openable={onSelect ? "" : undefined} onClick={onSelect ? open : undefined}>
      {columns.map((column, index) => (
        <td
          key={column.id}
          role="cell"
          className={column.className}
          data-align={column.align}
          data-phone={column.phone ?? "hide"}
          data-narrow={column.narrow}
          data-pin={pinOf(index, columns.length)}
        >
          {index === 0 && onSelect ? (
            <button type="button" className="row-link" onClick={() => onSelect(row)}>
              {column.cell(row)}
            </button>
          ) : (
            <>
              {column.phoneLabel === undefined ? null : <span className="phone-label">{column.phoneLabel} </span>}
              {column.cell(row)}
            </>
          )}
        </td>
      ))}
    </tr>
  );
}
