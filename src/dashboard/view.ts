/** What every page knows: who looks, at what, in which words, and where links go. */
import { type DashboardUser, mayAct, mayReveal } from './users.js';
import { type Locale, type Words, words } from './words.js';

export interface View {
  user: DashboardUser;
  /** Whose submissions are shown; undefined for all of them. */
  clinic: string | undefined;
  /** Those to choose from; fewer than two when there is no choice. */
  clinics: readonly string[];
  locale: Locale;
  words: Words;
  /** Where the dashboard stands, e.g. `/satusehat/dashboard`. */
  base: string;
  /** Of this page, within the dashboard. */
  path: string;
  csrf: string;
  /** Milliseconds since 1970. */
  now: number;
  timeZone: string;
  /** Whether signing out is ours. */
  ownSession: boolean;
  mayAct: boolean;
  mayReveal: boolean;
  /** A page of the dashboard, of the same clinic. */
  link(path: string, query?: Record<string, string | number | undefined>): string;
  number(value: number): string;
  /** Day and time in the clinic's zone. */
  time(at: number): string;
  /** To the second. */
  exact(at: number): string;
  /** A day alone. */
  day(at: number): string;
  /** Roughly so long, in words. */
  duration(milliseconds: number): string;
}

type Given = Pick<
  View,
  'user' | 'clinic' | 'clinics' | 'locale' | 'base' | 'path' | 'csrf' | 'now' | 'timeZone' | 'ownSession'
>;

export function createView(given: Given): View {
  const { locale, timeZone, base, clinic } = given;
  const own = words[locale];
  const language = locale === 'id' ? 'id-ID' : 'en-GB';
  const number = new Intl.NumberFormat(language);
  const minutes = {
    timeZone,
    ...({ day: 'numeric', month: 'short', year: 'numeric' } as const),
    ...({ hour: '2-digit', minute: '2-digit', timeZoneName: 'short' } as const),
  };
  const time = new Intl.DateTimeFormat(language, minutes);
  const exact = new Intl.DateTimeFormat(language, { ...minutes, second: '2-digit' });
  const day = new Intl.DateTimeFormat(language, {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  });
  return {
    ...given,
    words: own,
    mayAct: mayAct(given.user),
    mayReveal: mayReveal(given.user),
    link(path, query = {}) {
      const all = {
        ...(clinic !== undefined && given.clinics.length > 1 ? { klinik: clinic } : {}),
        ...query,
      };
      const params = new URLSearchParams();
      for (const [key, value] of Object.entries(all)) {
        if (value !== undefined && value !== '') params.set(key, String(value));
      }
      const text = params.toString();
      return `${base}${path}${text ? `?${text}` : ''}`;
    },
    number: (value) => number.format(value),
    time: (at) => time.format(at),
    exact: (at) => exact.format(at),
    day: (at) => day.format(at),
    duration(milliseconds) {
      const steps: [number, string][] = [
        [86_400_000, own.days],
        [3_600_000, own.hours],
        [60_000, own.minutes],
        [1_000, own.seconds],
      ];
      const [size, name] = steps.find(([one]) => milliseconds >= one * 1.5) ?? [1_000, own.seconds];
      return `${number.format(Math.max(1, Math.round(milliseconds / size)))} ${name}`;
    },
  };
}

const zones = new Map<string, Intl.DateTimeFormat>();

/** Hours by which a zone is before UTC now. Indonesia has no summer time. */
export function hoursAhead(timeZone: string, at: number): number {
  const format =
    zones.get(timeZone) ?? new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  zones.set(timeZone, format);
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0'] = /GMT([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * Math.round(Number(hours) + Number(minutes) / 60);
}
