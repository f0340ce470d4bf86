-- The limiter's store. Unlogged, because nothing in it is worth a disk flush; roomy pages keep its updates in place.
alter table edge_quotas set unlogged;
alter table edge_quotas set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);

-- What thirteen slices say once `by` of them have passed.
create or replace function edge_shift(counts integer[], by bigint) returns integer[] language sql immutable as $$
  select case when by <= 0 then counts when by >= 13 then array_fill(0, array[13]) else array_fill(0, array[by::integer]) || counts[1:13 - by::integer] end
$$;

create or replace function edge_sum(counts integer[]) returns integer language sql immutable as $$
  select sum(n)::integer from unnest(counts) as n
$$;

-- Takes up to `p_want` permits of `p_key` in one statement. Twelve slices make a window and thirteen are counted, so that
-- whatever moment a window is laid over them, no more than the quota was granted within it.
create or replace function edge_take(p_key text, p_slice bigint, p_quota integer, p_want integer)
returns table (granted integer, slice bigint, counts integer[]) language sql as $$
  insert into edge_quotas as q (key, slice, counts, granted)
  values (p_key, p_slice, array[least(p_want, p_quota)] || array_fill(0, array[12]), least(p_want, p_quota))
  on conflict (key) do update set (slice, counts, granted) = (
    select greatest(q.slice, excluded.slice), array[s.counts[1] + g.n] || s.counts[2:13], g.n
    from (select edge_shift(q.counts, excluded.slice - q.slice) as counts) s
    cross join lateral (select greatest(0, least(p_want, p_quota - edge_sum(s.counts))) as n) g
  )
  returning q.granted, q.slice, q.counts
$$;

-- A rule ends and a ban is lifted, once and in the name of whoever does it; nothing else of them changes.
create or replace function ip_rule_ends() returns trigger language plpgsql as $$
begin
  if old.ended_at is not null or new.ended_at is null or new.ended_by is distinct from current_setting('app.actor', true)
     or (to_jsonb(new) - array['ended_at', 'ended_by']) is distinct from (to_jsonb(old) - array['ended_at', 'ended_by']) then
    raise exception 'an IP rule only ends' using errcode = 'CS060';
  end if;
  return new;
end $$;
create or replace trigger b_rules before update on ip_rules for each row execute function ip_rule_ends();

create or replace function ip_ban_lifts() returns trigger language plpgsql as $$
begin
  if old.lifted_at is not null or new.lifted_at is null or new.lifted_by is distinct from current_setting('app.actor', true)
     or (to_jsonb(new) - array['lifted_at', 'lifted_by']) is distinct from (to_jsonb(old) - array['lifted_at', 'lifted_by']) then
    raise exception 'a ban is only lifted' using errcode = 'CS060';
  end if;
  return new;
end $$;
create or replace trigger b_rules before update on ip_bans for each row execute function ip_ban_lifts();
