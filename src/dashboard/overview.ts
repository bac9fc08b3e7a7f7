/** What the overview shows, gathered from the counts. */
import { errorCodes, isErrorCode } from '../contract/codes.js';
import { codesInEnglish } from '../contract/english.js';
import { type FieldRow, fieldTable } from '../contract/field-table.js';
import { refusalRules } from '../platform/rules.js';
import type { Totals } from '../store/figures.js';
import type { Listed, Store } from '../store/store.js';
import { hoursAhead, type View } from './view.js';
import { type Locale, words } from './words.js';

/** Failed submissions that one change mends. */
export interface Cause {
  cause: string;
  n: number;
  message: string;
  remedy: string;
  /** The clinic's own field, and what it means. */
  field: string | undefined;
  meaning: string | undefined;
  /** Number of the platform's rule. */
  rule: string | undefined;
  newest: Listed[];
}

export interface Overview {
  totals: Totals;
  /** Accepted today, and how many of those are sent. */
  today: { all: number; sent: number };
  /** Today as `2026-11-24`. */
  day: string;
  /** Visits open for more than 24 hours; one more than MOST_OPEN when there are more. */
  open: number;
  types: ({ endpoint: string } & Totals)[];
  /** Thirty of them, the oldest first. `at`: noon of that day. */
  days: { at: number; sent: number; way: number; failed: number; void: number }[];
  causes: Cause[];
  /** The rarer ones, without their submissions. */
  moreCauses: Cause[];
}

/** Open visits are counted no further. */
export const MOST_OPEN = 1_000;

const DAYS = 30;
const CAUSES = 10;
const NEWEST = 3;
const HOUR = 3_600_000;
export const OPEN_AFTER = 24 * HOUR;

export async function readOverview(store: Store, view: View): Promise<Overview> {
  const { clinic, now, timeZone } = view;
  await store.addUp(now);
  const ahead = hoursAhead(timeZone, now);
  /** The days that have begun there since 1970. */
  const todayNumber = Math.floor((now / HOUR + ahead) / 24);
  const firstHour = (day: number) => day * 24 - ahead;
  const [from, to] = [firstHour(todayNumber - DAYS + 1), firstHour(todayNumber + 1)];
  const [totals, hours, types, causes, open] = await Promise.all([
    store.totals(clinic),
    store.byHour(clinic, from, to),
    store.byType(clinic, firstHour(todayNumber), to),
    store.byCause(clinic),
    store.countOpenVisits(clinic, now - OPEN_AFTER, MOST_OPEN + 1),
  ]);

  const days = Array.from({ length: DAYS }, (_, index) => ({
    at: (firstHour(todayNumber - DAYS + 1 + index) + 12) * HOUR,
    ...{ sent: 0, way: 0, failed: 0, void: 0 },
  }));
  for (const { hour, state, n } of hours) {
    const day = days[Math.floor((hour - from) / 24)];
    if (day) day[state === 'sent' || state === 'failed' || state === 'void' ? state : 'way'] += n;
  }
  const today = days.at(-1);

  const shown = causes.slice(0, CAUSES);
  const newest = await Promise.all(
    shown.map(({ cause }) =>
      store.list({ ...(clinic === undefined ? {} : { clinic }), cause, limit: NEWEST }),
    ),
  );
  return {
    totals,
    today: today
      ? { all: today.sent + today.way + today.failed + today.void, sent: today.sent }
      : { all: 0, sent: 0 },
    day: new Date(now + ahead * HOUR).toISOString().slice(0, 10),
    open,
    types: byEndpoint(types),
    days,
    causes: shown.map(({ cause, n }, index) => ({
      ...explainCause(cause, view.locale),
      n,
      newest: newest[index] ?? [],
    })),
    moreCauses: causes
      .slice(CAUSES, 10 * CAUSES)
      .map(({ cause, n }) => ({ ...explainCause(cause, view.locale), n, newest: [] })),
  };
}

/** In the order of the endpoints. */
function byEndpoint(rows: Awaited<ReturnType<Store['byType']>>): Overview['types'] {
  const all = new Map<string, Overview['types'][number]>();
  for (const { endpoint, state, n } of rows) {
    const none = { queued: 0, waiting: 0, held: 0, sent: 0, failed: 0, void: 0 };
    const row = all.get(endpoint) ?? { endpoint, ...none };
    row[state] += n;
    all.set(endpoint, row);
  }
  return [...all.values()].sort((a, b) => order.indexOf(a.endpoint) - order.indexOf(b.endpoint));
}

const order = [
  'kirimEncounter',
  'kirimKunjungan',
  'kirimDiagnosis',
  'kirimObservation',
  'kirimProcedure',
  'batalLog',
];

/** A cause as `store` names it, in words: those of the field or the rule where there are any. */
export function explainCause(cause: string, locale: Locale): Omit<Cause, 'n' | 'newest'> {
  const [code = '', part] = cause.split('/');
  const general = explainCode(code, locale);
  const rule = part?.startsWith('#') ? part.slice(1) : undefined;
  const field = rule === undefined ? part : undefined;
  const known = rule === undefined ? undefined : refusalRules.find(({ match }) => match === rule);
  const rows: readonly FieldRow[] = Object.values(fieldTable).flat();
  const meaning = rows.find((one) => one.field === field)?.meaning[locale];
  return {
    cause,
    message: known ? known.meaning[locale] : general.message,
    remedy: known ? known.remedy[locale] : (words[locale].remedies[code] ?? general.remedy),
    field,
    meaning,
    rule,
  };
}

export function explainCode(code: string, locale: Locale): { message: string; remedy: string } {
  if (!isErrorCode(code)) return { message: code, remedy: '' };
  return locale === 'id' ? errorCodes[code] : codesInEnglish[code];
}
