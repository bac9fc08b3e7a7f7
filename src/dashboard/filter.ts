/** What somebody looks for in the list, as it stands in the address. */
import { isDate, toInstant } from '../contract/dates.js';
import type { ListQuery, State } from '../store/store.js';

export const stateNames = ['failed', 'queued', 'waiting', 'held', 'sent', 'void'] as const;
export const typeNames = [
  'kirimEncounter',
  'kirimKunjungan',
  'kirimDiagnosis',
  'kirimObservation',
  'kirimProcedure',
  'batalLog',
] as const;

export interface Filter {
  /** As it was asked: what cannot be meant is left out. */
  query: {
    keadaan?: string;
    jenis?: string;
    dari?: string;
    sampai?: string;
    cari?: string;
    sebab?: string;
    kursor?: number;
  };
  /** What the store is asked. */
  list: Omit<ListQuery, 'clinic' | 'limit'>;
  badDate: boolean;
}

export function readFilter(params: URLSearchParams, timeZone: string): Filter {
  const query: Filter['query'] = {};
  const list: Filter['list'] = {};
  const given = (name: string) => params.get(name)?.trim() || undefined;
  const state = stateNames.find((name) => name === given('keadaan'));
  if (state) {
    query.keadaan = state;
    // What is being sent is still on its way: for a moment.
    list.state = state === 'queued' ? (['queued', 'sending'] satisfies State[]) : state;
  }
  const type = typeNames.find((name) => name === given('jenis'));
  if (type) {
    query.jenis = type;
    list.endpoint = type;
  }
  let badDate = false;
  for (const name of ['dari', 'sampai'] as const) {
    const text = given(name);
    if (text === undefined) continue;
    if (!isDate(text)) {
      badDate = true;
      continue;
    }
    query[name] = text;
    const begin = toInstant(`${text}T00:00`, timeZone);
    if (name === 'dari') list.from = begin;
    else list.to = begin + 86_400_000;
  }
  const find = given('cari');
  if (find !== undefined) query.cari = find.slice(0, 100);
  const cause = given('sebab');
  if (cause !== undefined && /^[A-Z_]{1,40}(\/[a-z0-9_.[\]#]{1,80})?$/.test(cause)) {
    query.sebab = cause;
    list.cause = cause;
  }
  const cursor = given('kursor');
  if (cursor !== undefined && /^\d{1,15}$/.test(cursor)) {
    query.kursor = Number(cursor);
    list.before = Number(cursor);
  }
  return { query, list, badDate };
}
