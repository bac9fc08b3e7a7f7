/** `docs/endpoints.md` in both languages: the tables of the contract, and what the service answered. */
import { type ErrorCode, errorCodes, type Locale } from '../../src/contract/codes.js';
import { contract, type EndpointName, type Row } from '../../src/contract/contract.js';
import { EARLIEST } from '../../src/contract/dates.js';
import { answerTable, listParameters, parameters, summaries } from '../../src/contract/endpoint-words.js';
import { problemsInEnglish } from '../../src/contract/english.js';
import { type FieldRow, fieldTable, type TabledEndpoint } from '../../src/contract/field-table.js';
import { allProblems } from '../../src/contract/service-words.js';
import type { SatusehatClient } from '../../src/index.js';
import { openapi } from '../../src/server/openapi.js';
import type { Asked, RealExamples } from './endpoint-examples.js';
import { notes, words } from './endpoint-page-words.js';
import { anchor, code, json, page, table } from './page.js';
import { type Leaf, leavesOf } from './schema.js';

const TEST = 'test/docs/endpoints.test.ts';
const rows = Object.entries(contract) as [EndpointName, Row][];

/** Those of the guide; all others are extensions. */
const guide: readonly EndpointName[] = [
  'kirimEncounter',
  'kirimDiagnosis',
  'kirimObservation',
  'kirimProcedure',
  'getPatientId',
  'getPractitionerId',
  'getHealthcareServiceId',
  'registerPatient',
  'registerPractitioner',
];

type Uncallable = 'healthz' | 'readyz' | 'metrics' | 'openapi' | 'dashboard';
/** Methods of the client. */
const methods: Record<Exclude<EndpointName, Uncallable>, keyof SatusehatClient> = {
  kirimEncounter: 'kirimEncounter',
  kirimDiagnosis: 'kirimDiagnosis',
  kirimObservation: 'kirimObservation',
  kirimProcedure: 'kirimProcedure',
  kirimKunjungan: 'kirimKunjungan',
  getPatientId: 'getPatientId',
  getPractitionerId: 'getPractitionerId',
  getHealthcareServiceId: 'getHealthcareServiceId',
  registerPatient: 'registerPatient',
  registerPractitioner: 'registerPractitioner',
  listLog: 'listLog',
  getLog: 'getStatus',
  resendLog: 'resend',
  batalLog: 'batal',
};
const methodOf = (name: EndpointName): string | undefined =>
  (methods as Partial<Record<string, string>>)[name];

/** Codes that several endpoints have in common, the widest group first. */
const groups: { of: 'all' | 'clinic' | 'body'; codes: readonly ErrorCode[] }[] = (() => {
  const common = (some: Row[]) =>
    (some[0]?.errors ?? []).filter((one) => some.every(({ errors }) => errors.includes(one)));
  const all = common(rows.map(([, row]) => row));
  const clinic = common(rows.flatMap(([, row]) => (row.auth === 'clinic' ? [row] : [])));
  const body = common(rows.flatMap(([, row]) => (row.method === 'POST' ? [row] : [])));
  return [
    { of: 'all', codes: all },
    { of: 'clinic', codes: clinic.filter((one) => !all.includes(one)) },
    { of: 'body', codes: body.filter((one) => !clinic.includes(one)) },
  ];
})();

const codeLinks = (codes: readonly ErrorCode[]) =>
  [...codes]
    .sort((a, b) => (errorCodes[a].status ?? 0) - (errorCodes[b].status ?? 0))
    .map((one) => `[${code(one)}](errors.md#${one})`)
    .join(', ');

export function endpointsPage(locale: Locale, real: RealExamples): string {
  const w = words[locale];
  const list = rows.map(([name, { method, path }]) => [
    `[${code(`${method} ${path}`)}](#${name})`,
    summaries[name][locale],
    methodOf(name) ? code(methodOf(name) ?? '') : '—',
    guide.includes(name) ? w.guide : w.extension,
  ]);
  return page(
    w.title,
    w.intro,
    table(w.listHead, list),
    w.requests,
    table(w.headerHead, [
      [`${code('X-Clinic-Code')}, ${code('X-Clinic-Secret')}`, w.every, w.clinic],
      [code('Content-Type'), 'POST', w.type],
      ...(['Idempotency-Key', 'Prefer'] as const).map((name) => [
        code(name),
        w.where[name],
        parameters[name][locale],
      ]),
      [code('?uji=1'), w.where.uji, parameters.uji[locale]],
    ]),
    w.body,
    w.answers,
    w.answer,
    anchor('common-errors'),
    w.errors,
    w.error,
    json(TEST, real.refusal.answer),
    table(
      w.groupHead,
      groups.map(({ of, codes }) => [w.groups[of], codeLinks(codes)]),
    ),
    ...rows.flatMap(([name, row]) => section(name, row, locale, real.of[name] ?? [])),
  );
}

function section(name: EndpointName, row: Row, locale: Locale, examples: Asked[]): string[] {
  const w = words[locale];
  const method = methodOf(name);
  const fields = fieldLines(name, row, locale);
  const answers = answerTable[name];
  const common = groups
    .filter(({ codes }) => codes.every((one) => (row.errors as readonly ErrorCode[]).includes(one)))
    .flatMap(({ codes }) => codes);
  const own = row.errors.filter((one) => !common.includes(one));
  return [
    anchor(name),
    `## ${code(`${row.method} ${row.path}`)}`,
    [
      `${summaries[name][locale]}.`,
      ...(method ? [`${w.client} ${code(method)}.`] : []),
      w.auth[row.auth],
      ...parameterWords(row, locale),
      ...(notes[name] ? [notes[name][locale]] : []),
    ].join(' '),
    ...(name === 'listLog'
      ? [
          table(
            w.parameterHead,
            Object.entries(listParameters).map(([key, one]) => [code(key), one[locale]]),
          ),
        ]
      : []),
    ...(fields.length > 0 ? [table(w.fieldHead, fields)] : []),
    ...aliases(row, w.aliases),
    ...examples.flatMap((one) => example(row.method, one, locale)),
    ...(answers.length > 0
      ? [
          table(
            w.answerHead,
            answers.map(({ field, meaning }) => [code(field), meaning[locale]]),
          ),
        ]
      : []),
    `${w.codes} ${own.length > 0 ? `${codeLinks(own)}${w.and}` : w.only}`,
  ];
}

const described = openapi() as {
  paths: Record<string, Record<string, { parameters?: { name: string }[] }>>;
};

/** What the OpenAPI description says that can be given beside the body. */
function parameterWords({ path, method }: Row, locale: Locale): string[] {
  const names = (described.paths[path]?.[method.toLowerCase()]?.parameters ?? [])
    .map(({ name }) => name)
    .filter((name) => name === 'uji' || name === 'Prefer' || name === 'Idempotency-Key')
    .map((name) => code(name === 'uji' ? '?uji=1' : name));
  return names.length > 0 ? [`${words[locale].takes} ${names.join(', ')}.`] : [];
}

function fieldLines(name: EndpointName, row: Row, locale: Locale): string[][] {
  const told: readonly FieldRow[] = Object.hasOwn(fieldTable, name) ? fieldTable[name as TabledEndpoint] : [];
  return (
    leavesOf(row.request)
      .filter(({ path }) => told.some(({ field }) => field === path))
      // A whole visit holds an encounter: its own fields stand there, and nothing in it has an id yet.
      .filter(({ path }) => name !== 'kirimKunjungan' || /\[\]\.(?!encounter_id$|id$)/.test(path))
      .map((leaf) => [
        code(leaf.path),
        typeWords(leaf, locale),
        needed(leaf, row, locale),
        told.find(({ field }) => field === leaf.path)?.meaning[locale] ?? '',
        limitsOf(leaf, row, locale).join('; '),
      ])
  );
}

function typeWords({ type, loose, members }: Leaf, locale: Locale): string {
  const { types, or } = words[locale];
  const other = type === 'text' ? 'number' : 'text';
  return [
    loose ? `${types[type]} ${or} ${types[other]}` : types[type],
    ...(members.length > 0 ? [`(${members.map(code).join(', ')})`] : []),
  ].join(' ');
}

function needed({ path, required }: Leaf, row: Row, locale: Locale): string {
  const group = row.oneNeeded?.find((fields) => fields.includes(path));
  if (group) return `${words[locale].oneOf} ${group.map(code).join(', ')}`;
  return required ? words[locale].yes : '—';
}

/** Where the remedy says how to write it, and the message only that it is wrong. */
const byRemedy = ['datetime', 'date', 'icd10', 'procedure_code'];
/** What the type or the meaning says already. */
const plain = ['text', 'object', 'number', 'email'];

function limitsOf({ path, limits }: Leaf, row: Row, locale: Locale): string[] {
  const all = locale === 'id' ? allProblems : problemsInEnglish;
  const say = (key: string) => {
    const [name = '', ...args] = key.split(':');
    const said = all[name]?.(...args);
    const own = words[locale].limits[name];
    if (own) return own;
    const text = (byRemedy.includes(name) ? said?.remedy : said?.message) ?? '';
    return locale === 'en' ? inEnglish(text) : text;
  };
  const past = words[locale].past(new Date(EARLIEST).toISOString().slice(0, 10));
  return [
    ...limits.filter((key) => !plain.includes(key)).map((key) => say(key).replace(/\.$/, '')),
    ...(row.instants?.includes(path) ? [past] : []),
    ...(row.births?.includes(path) ? [words[locale].born] : []),
    ...(row.spans ?? []).flatMap(([start, end]) => (end === path ? [say(`end_before_start:${start}`)] : [])),
    ...(row.prefixes ?? []).flatMap(([outer, inner]) =>
      inner === path ? [say(`begins_with:${outer}`)] : [],
    ),
  ];
}

/** Units stand in the schemas as a clinic reads them. */
function inEnglish(text: string): string {
  return text.replace('denyut/menit', 'beats/minute').replace('napas/menit', 'breaths/minute');
}

function aliases({ aliases: given = {}, request }: Row, said: string): string[] {
  const fields = leavesOf(request).map(({ path }) => path);
  const pairs = Object.entries(given).filter(([, field]) => fields.includes(field));
  if (pairs.length === 0) return [];
  return [`${said} ${pairs.map(([alias, field]) => `${code(alias)} = ${code(field)}`).join(', ')}.`];
}

function example(
  method: string,
  { path, headers = {}, body, status, answer }: Asked,
  locale: Locale,
): string[] {
  const w = words[locale];
  const asked = [`${method} ${path}`, ...Object.entries(headers).map((header) => header.join(': '))]
    .map(code)
    .join(', ');
  // The same body again, with another header, need not be read twice.
  const shown = body && Object.keys(headers).length === 0 ? [json(TEST, body)] : [];
  return [`**${w.request}** ${asked}`, ...shown, `**${w.response}** ${status}`, json(TEST, answer)];
}
