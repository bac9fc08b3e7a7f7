/**
 * Dates as clinics write them, and as the platform wants them.
 * Source: guide, "Data Kunjungan"; platform facts 5.4 (UTC with `+00:00`, not before 2014-06-03).
 */

/** The platform refuses anything earlier (platform facts 5.4). */
export const EARLIEST = Date.UTC(2014, 5, 3);

const SHAPE =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

interface Written {
  /** The written digits read as if they were UTC, in milliseconds. */
  asUtc: number;
  /** Offset in milliseconds, or undefined for a time without a zone. */
  offset: number | undefined;
}

function read(text: string): Written | undefined {
  const match = SHAPE.exec(text.trim());
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(asUtc);
  // Date.UTC rolls 30 February over into March: an impossible date does not come back as written.
  if (back.getUTCFullYear() !== year || back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day) {
    return undefined;
  }
  const zone = match[7]?.toUpperCase();
  if (zone === undefined) return { asUtc, offset: undefined };
  if (zone === 'Z') return { asUtc, offset: 0 };
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 14 || minutes > 59) return undefined;
  return { asUtc, offset: (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000 };
}

/** True for a date with a time that exists in the calendar; the zone may be absent. */
export function isDateTime(text: string): boolean {
  return read(text) !== undefined;
}

/** True for `YYYY-MM-DD` that exists in the calendar. */
export function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && isDateTime(`${text}T00:00`);
}

/**
 * The instant in milliseconds since 1970.
 *
 * @param timeZone IANA name used when the text has no zone of its own, e.g. `Asia/Jakarta`.
 * @throws RangeError when the text is no date with a time: check with {@link isDateTime} first.
 */
export function toInstant(text: string, timeZone: string): number {
  const written = read(text);
  if (!written) throw new RangeError('not a date with a time');
  if (written.offset !== undefined) return written.asUtc - written.offset;
  // Twice, because the offset belongs to the instant we are still looking for.
  const guess = written.asUtc - zoneOffset(timeZone, written.asUtc);
  return written.asUtc - zoneOffset(timeZone, guess);
}

/** An instant as the platform documents it: UTC, seconds, `+00:00`. */
export function toFhirDateTime(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}+00:00`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function zoneOffset(timeZone: string, instant: number): number {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const whole = Math.floor(instant / 1000) * 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second) - whole;
}
