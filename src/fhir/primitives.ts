/** The primitive types of FHIR R4: what a JSON value of each may be. */
type Test = (value: unknown) => boolean;

const text =
  (pattern: RegExp): Test =>
  (value) =>
    typeof value === 'string' && pattern.test(value);

const whole =
  (from: number): Test =>
  (value) =>
    Number.isInteger(value) && (value as number) >= from && (value as number) <= 2_147_483_647;

const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?$/;
const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))$/;

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** True for a day that the calendar has. */
function isDay(match: RegExpExecArray | null): boolean {
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2] ?? 1), Number(match[3] ?? 1)];
  if (year === 0 || day === 0 || day > (DAYS[month - 1] ?? 0)) return false;
  return month !== 2 || day < 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0));
}

function isDate(value: unknown): boolean {
  return typeof value === 'string' && isDay(DATE.exec(value));
}

/** A whole date with a time in seconds and a zone. */
function isInstant(value: unknown): boolean {
  return typeof value === 'string' && isDay(INSTANT.exec(value));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

/** At most 1 MB, without control characters. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 1_048_576 && !CONTROL.test(value);
}

const uri = text(/^\S+$/);

export const primitives: Record<string, Test> = {
  boolean: (value) => typeof value === 'boolean',
  integer: whole(-2_147_483_648),
  unsignedInt: whole(0),
  positiveInt: whole(1),
  decimal: (value) => typeof value === 'number' && Number.isFinite(value),
  string: isText,
  markdown: isText,
  // Real payloads of the ministry hold plain text here.
  xhtml: isText,
  code: text(/^\S+(?: \S+)*$/),
  id: text(/^[A-Za-z0-9.-]{1,64}$/),
  uri,
  url: uri,
  canonical: uri,
  oid: text(/^urn:oid:[0-2](?:\.(?:0|[1-9]\d*))+$/),
  uuid: text(/^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  base64Binary: text(/^[A-Za-z0-9+/\s]+={0,2}\s*$/),
  date: isDate,
  dateTime: (value) => isInstant(value) || isDate(value),
  instant: isInstant,
  time: text(TIME),
};
