"use client";
/* oxlint-disable jsx-a11y/no-noninteractive-tabindex -- a frame that scrolls sideways must take focus. */
import { Check, ChevronRight } from "lucide-react";
import { Fragment, useRef, useState, type ReactNode } from "react";
import { permissionsByRoom } from "@/components/people/permission-words.ts";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { useMoreSideways } from "@/components/ui/more-sideways.ts";
import { Select } from "@/components/ui/select.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { actOf, onPath, privilegedRoles, roleLabels, rolePermissions, roles, type Permission, type Role } from "@/lib/access";

const roleOptions = [{ value: "all", label: "All roles" }, ...roles.map((value) => ({ value, label: roleLabels[value] }))] as const;

/** Role × permission, grouped by room, the first column frozen; narrowed by words and by role. */
export function MatrixView() {
  const [words, setWords] = useState("");
  const [only, setOnly] = useState<Role | "all">("all");
  const shownRoles = only === "all" ? roles : roles.filter((role) => role === only);
  const fits = (room: string, permission: Permission) =>
    `${room} ${actOf(permission)}`.toLowerCase().includes(words.trim().toLowerCase()) && (only === "all" || rolePermissions[only].includes(permission));
  const rooms = permissionsByRoom()
    .map(([room, list]) => [room, list.filter((permission) => fits(room, permission))] as const)
    .filter(([, list]) => list.length > 0);
  return (
    <div className="grid grid-cols-1 gap-3 pt-3">
      <div data-screen-only className="flex flex-wrap gap-4">
        <TextField label="Narrow by words" className="w-64" value={words} onChange={(event) => setWords(event.target.value)} autoComplete="off" />
        <Select label="Only what a role may do" className="w-56" options={roleOptions} value={only} onValue={setOnly} />
      </div>
      <p className="text-12 text-ink-3">
        <b className="font-semibold text-ink-2">Bold</b>: a step on a way money could take out. <b className="font-medium text-ink-2">By two</b>: a role with such a step; one admin
        proposes it, another countersigns.
      </p>
      {rooms.length === 0 ? (
        <EmptyState kind="none-match" title="No permission matches">
          Try other words, or all roles.
        </EmptyState>
      ) : (
        <Sideways label="Roles and permissions">
          <table className="w-full border-separate border-spacing-0 text-13">
            <caption className="sr-only">What each role may do</caption>
            <thead>
              <tr>
                <th scope="col" className="sticky top-0 left-0 z-20 min-w-36 sm:min-w-44 border-b border-line bg-paper py-2 pr-4 text-start text-12 font-medium text-ink-3">
                  Permission
                </th>
                {shownRoles.map((role) => (
                  <th key={role} scope="col" className="sticky top-0 z-10 min-w-24 border-b border-line bg-paper px-3 py-2 text-12 font-medium text-ink-2">
                    {roleLabels[role]}
                    {privilegedRoles.includes(role) ? <span className="block font-normal text-ink-3">by two</span> : null}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rooms.map(([room, list]) => (
                <Fragment key={room}>
                  <tr>
                    <th scope="colgroup" colSpan={shownRoles.length + 1} className="border-b border-line pt-4 pb-1 text-start font-semibold">
                      <span className="sticky left-0">{room}</span>
                    </th>
                  </tr>
                  {list.map((permission) => (
                    <MatrixRow key={permission} permission={permission} shown={shownRoles} />
                  ))}
                </Fragment>
              ))}
            </tbody>
          </table>
        </Sideways>
      )}
    </div>
  );
}

/** Scrolls both ways, and says at its right edge that there are more columns behind it. */
function Sideways({ label, children }: { label: string; children: ReactNode }) {
  const frame = useRef<HTMLElement>(null);
  const more = useMoreSideways(frame);
  return (
    <div className="relative isolate min-w-0">
      <section ref={frame} className="relative max-h-[70dvh] overflow-auto border-y border-line" aria-label={label} tabIndex={0}>
        {children}
      </section>
      {more.after ? (
        <div
          aria-hidden
          data-screen-only
          className="pointer-events-none absolute inset-y-px right-0 z-30 grid w-10 content-start justify-items-end bg-linear-to-r from-transparent to-paper pt-4 text-ink-2"
        >
          <ChevronRight size={15} />
        </div>
      ) : null}
    </div>
  );
}

function MatrixRow({ permission, shown }: { permission: Permission; shown: readonly Role[] }) {
  return (
    <tr className="hover:bg-sunk">
      <th
        scope="row"
        title={permission}
        className={`sticky left-0 border-b border-line bg-paper py-1.5 pr-4 text-start ${onPath.has(permission) ? "font-semibold" : "font-normal"}`}
      >
        {actOf(permission)}
      </th>
      {shown.map((role) => {
        const may = rolePermissions[role].includes(permission);
        return (
          <td key={role} className="border-b border-line px-3 py-1.5 text-center">
            {may ? (
              <Check size={14} aria-hidden className="mx-auto text-settled" />
            ) : (
              <span aria-hidden className="text-ink-3">
                ·
              </span>
            )}
            <span className="sr-only">{may ? "yes" : "no"}</span>
          </td>
        );
      })}
    </tr>
  );
}
