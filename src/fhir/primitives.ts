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
const ZONE = /(Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))$/;

function isDate(value: unknown): boolean {
  const match = typeof value === 'string' ? DATE.exec(value) : null;
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2] ?? 1), Number(match[3] ?? 1)];
  const back = new Date(Date.UTC(year, month - 1, day));
  return year > 0 && back.getUTCMonth() === month - 1 && back.getUTCDate() === day;
}

/** A whole date with a time in seconds and a zone. */
function isInstant(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const [date = '', rest = ''] = value.split('T');
  const zone = ZONE.exec(rest)?.[0];
  return zone !== undefined && date.length === 10 && isDate(date) && TIME.test(rest.slice(0, -zone.length));
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
  dateTime: (value) => isDate(value) || isInstant(value),
  instant: isInstant,
  time: text(TIME),
};
