"use client";
/* oxlint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role, jsx-a11y/no-noninteractive-tabindex --
   a phone's two-line rows change `display`, which takes the implied table roles away; a scrolling frame must take focus. */
import type { ReactNode } from "react";
import { cx } from "./class-names.ts";
import { DataRow, pinOf, type Column } from "./data-row.tsx";
import { useRowKeys } from "./keyboard.ts";
import { Skeleton } from "./skeleton.tsx";
import { TableFoot, type TablePaging } from "./table-foot.tsx";

export type { Column } from "./data-row.tsx";
export type { TablePaging } from "./table-foot.tsx";

export type DataTableProps<Row> = {
  /** What the table lists, read out by screen readers. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** Opens a row's panel. Called by click, Enter, and by ↑ ↓ while a row is selected. */
  onSelect?: (row: Row) => void;
  selectedKey?: string | null;
  /** Rows that changed by themselves; each gets one quiet wash. */
  changedKeys?: ReadonlySet<string>;
  loading?: boolean;
  /** Shown instead of rows: an <EmptyState>. */
  empty: ReactNode;
  paging?: TablePaging;
  density?: "normal" | "compact";
  /** Takes the rest of a <Page fill> and scrolls inside it, so that the head and the pinned columns stay. */
  fill?: boolean;
};

/** The list of everything: typed columns, keyboard rows with the panel following, keyset paging. The first column names the row. */
export function DataTable<Row>({
  caption,
  columns,
  rows,
  rowKey,
  onSelect,
  selectedKey = null,
  changedKeys,
  loading = false,
  empty,
  paging,
  density = "normal",
  fill = false,
}: DataTableProps<Row>) {
  useRowKeys((by) => {
    if (!onSelect || rows.length === 0) return;
    const at = rows.findIndex((row) => rowKey(row) === selectedKey);
    const row = rows[at < 0 ? (by === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))];
    if (row === undefined) return;
    onSelect(row);
    document.getElementById(rowId(rowKey(row)))?.scrollIntoView({ block: "nearest" });
  }, onSelect !== undefined);
  const waiting = loading && rows.length === 0;
  return (
    <div className={cx("table-narrow", fill && "flex min-h-0 flex-1 flex-col")}>
      <section className={cx("table-frame", fill && "min-h-0")} data-density={density} aria-label={caption} tabIndex={0} aria-busy={loading}>
        <table className="table" role="table">
          <caption className="sr-only">{caption}</caption>
          <thead role="rowgroup">
            <tr role="row">
              {columns.map((column, index) => (
                <th key={column.id} role="columnheader" scope="col" data-narrow={column.narrow} data-align={column.align} data-pin={pinOf(index, columns.length)}>
                  {column.header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {waiting ? <SkeletonRows columns={columns} /> : null}
            {rows.map((row) => {
              const key = rowKey(row);
              return (
                <DataRow
                  key={key}
                  id={rowId(key)}
                  row={row}
                  columns={columns}
                  selected={key === selectedKey}
                  changed={changedKeys?.has(key) ?? false}
                  {...(onSelect ? { onSelect } : {})}
                />
              );
            })}
          </tbody>
        </table>
        {!waiting && rows.length === 0 ? empty : null}
      </section>
      {paging === undefined || rows.length === 0 ? null : <TableFoot paging={paging} shown={rows.length} />}
    </div>
  );
}

function rowId(key: string): string {
  return `row-${key}`;
}

function SkeletonRows<Row>({ columns }: { columns: readonly Column<Row>[] }) {
  return Array.from({ length: 8 }, (_, row) => (
    <tr key={row} role="row" aria-hidden>
      {columns.map((column, index) => (
        <td key={column.id} role="cell" data-phone={column.phone ?? "hide"} data-narrow={column.narrow} data-align={column.align} data-pin={pinOf(index, columns.length)}>
          <Skeleton className={cx("inline-block", (row + index) % 3 === 0 ? "w-24" : "w-16")} />
        </td>
      ))}
    </tr>
  ));
}
