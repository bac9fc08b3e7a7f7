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
  /** Somebody looked for a NIK. */
  nik: boolean;
}

/** As the store names causes. */
export function isCause(text: string): boolean {
  return /^[A-Z_]{1,40}(\/[a-z0-9_.[\]#]{1,80})?$/.test(text);
}

export function readFilter(params: URLSearchParams, timeZone: string): Filter {
  const given = (name: string) => plainText(params.get(name)) || undefined;
  const find = given('cari');
  // By its number one is found whatever the rest says: what would not count is not shown either.
  // Nor is a NIK, which belongs in no address.
  const nik = /\d{16}/.test((find ?? '').replace(/[\s.-]/g, ''));
  if (find !== undefined && !nik) return { query: { cari: find }, list: {}, badDate: false, nik };
  const query: Filter['query'] = {};
  const list: Filter['list'] = {};
  const cause = given('sebab');
  const state = stateNames.find((name) => name === given('keadaan'));
  if (cause !== undefined && isCause(cause) && (state ?? 'failed') === 'failed') {
    query.sebab = cause;
    query.keadaan = 'failed';
    list.cause = cause;
  } else if (state) {
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
  const cursor = given('kursor');
  if (cursor !== undefined && /^\d{1,15}$/.test(cursor)) {
    query.kursor = Number(cursor);
    list.before = Number(cursor);
  }
  return { query, list, badDate, nik };
}

/** One line of something typed: without what no database takes, and no longer than anything is. */
export function plainText(text: string | null): string {
  return (text ?? '')
    .replace(/\p{Cc}/gu, '')
    .toWellFormed()
    .trim()
    .slice(0, 200);
}
