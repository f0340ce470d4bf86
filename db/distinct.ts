import { sql, type SQL } from "drizzle-orm";

/** Every value of an indexed column, in order, at most `max`: one look into the index for each, however many rows there are. */
export function distinctValues(table: string, column: string, max: number): SQL {
  const [rows, name] = [sql.identifier(table), sql.identifier(column)];
  return sql`
    with recursive seen(value) as (
      (select ${name} from ${rows} order by ${name} limit 1)
      union all
      select (select a.${name} from ${rows} a where a.${name} > seen.value order by a.${name} limit 1) from seen where seen.value is not null
    )
    select value from seen where value is not null limit ${max}`;
}
