/** Hostile requests, from a seed: what a scanner, a broken app and somebody with bad intent send. */
import fc from 'fast-check';

const NIK = '9204014804000002';
const visit = {
  nik_pasien: NIK,
  tanggal_kunjungan: '2024-01-15T08:30:00+07:00',
  jenis_layanan: '101',
  jenis_kunjungan: '1',
  poli: '100001',
  dokter: '10001234567',
  keluhan_utama: 'Pusing',
  pemeriksaan_fisik: { tanda_vital: { suhu: 37.2, tekanan_darah: '120/80' } },
};
const diagnosis = {
  encounter_id: 'x',
  pasien_id: 'P03647103112',
  tanggal_diagnosis: '2024-01-15T09:00:00Z',
  kode_icd10: 'I10',
  deskripsi_diagnosis: 'Hipertensi',
};

const paths = [
  '/api/encounter',
  '/api/kunjungan',
  '/api/diagnosis',
  '/api/observation',
  '/api/procedure',
  '/api/satusehat/get-patient-id',
  '/api/satusehat/get-practitioner-id',
  '/api/satusehat/get-healthcare-service-id',
  '/api/satusehat/register-patient',
  '/api/satusehat/register-practitioner',
  '/api/log',
  '/api/log/x',
  '/api/log/x/resend',
  '/api/log/x/batal',
  '/healthz',
  '/readyz',
  '/metrics',
  '/openapi.json',
  '/dashboard',
  '/dashboard/masuk',
  '/dashboard/kiriman',
  '/dashboard/kiriman/x/koreksi',
  '/dashboard/aset/x',
  '/',
  '/.env',
  '/api/../../etc/passwd',
  '/api/%2e%2e/%00',
];

/** Where most is done with what comes. */
const sends = paths.slice(0, 10);

/** Texts that have broken something somewhere. */
const nasty = fc.constantFrom(
  "' OR 1=1; DROP TABLE submissions; --",
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '../../../etc/passwd',
  '$' + '{jndi:ldap://127.0.0.1/x}',
  '{{7*7}}',
  '\u0000',
  '\u202e\ufeff',
  '\ud800',
  'x'.repeat(20_000),
  '٣٢٠١٠١',
  'NaN',
  '-0',
  '1e309',
  '9'.repeat(400),
  NIK,
  '__proto__',
  'constructor',
  'null',
  '\r\nX-Injected: 1',
);

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 6 },
    nasty,
    fc.string(),
    fc.double(),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(nasty, fc.string({ maxLength: 8 })), tie('any'), { maxKeys: 4 }),
  ),
})).any;

/** A right body with some of it replaced. */
const mutated = fc
  .tuple(
    fc.constantFrom(visit, diagnosis),
    fc.array(
      fc.tuple(
        fc.constantFrom(...Object.keys({ ...visit, ...diagnosis }), 'id', 'no_registrasi', '__proto__'),
        value,
      ),
      {
        maxLength: 4,
      },
    ),
  )
  .map(([body, changes]) => {
    const parts = Object.entries({ ...body }).map(([key, item]) => [key, item]);
    return `{${[...parts.filter(([key]) => !changes.some(([name]) => name === key)), ...changes]
      .map(([key, item]) => `${JSON.stringify(key)}:${JSON.stringify(item) ?? 'null'}`)
      .join(',')}}`;
  });

const body = fc.oneof(
  { weight: 6, arbitrary: mutated },
  { weight: 3, arbitrary: value.map((one) => JSON.stringify(one) ?? '') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '',
      '{',
      '[]',
      'null',
      '{"a":1,"a":2}',
      '{"__proto__":{"polluted":true}}',
      '{"constructor":{"prototype":{"polluted":true}}}',
      `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
      `{"a":${'{"b":'.repeat(3_000)}1${'}'.repeat(3_000)}}`,
      '{"n":1e999999,"m":-1e999999,"k":0.000000000000000000000000000001}',
      `{"n":${'9'.repeat(5_000)}}`,
      '\ufeff{"nik":"x"}',
      'nik=1&nik=2',
    ),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
);

const headerText = fc
  .oneof(nasty, fc.string({ maxLength: 60 }))
  // What no header can carry, no client can send.
  .map((text) =>
    text
      .replace(/[^\t\x20-\x7e\x80-\xff]/g, '')
      .slice(0, 4_000)
      .trim(),
  );

/**
 * @param clinic with its secret: most requests come in, some with credentials that are wrong.
 * @returns an arbitrary of `{ method, path, headers, body }`.
 */
export function hostileRequests(clinic) {
  const right = fc.constant({ 'x-clinic-code': clinic.code, 'x-clinic-secret': clinic.secret });
  const wrong = fc.record({ 'x-clinic-code': headerText, 'x-clinic-secret': headerText });
  return fc
    .record({
      // Mostly the one that the path has.
      method: fc.oneof(
        { weight: 9, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.constantFrom('GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH') },
      ),
      path: fc.tuple(
        fc.constantFrom(...sends, ...sends, ...paths),
        fc.oneof(
          { weight: 4, arbitrary: fc.constant(undefined) },
          { weight: 1, arbitrary: fc.oneof(nasty, fc.string({ maxLength: 30 })) },
        ),
      ),
      dry: fc.boolean(),
      credentials: fc.oneof({ weight: 4, arbitrary: right }, { weight: 1, arbitrary: wrong }),
      type: fc.oneof(
        { weight: 6, arbitrary: fc.constant('application/json') },
        { weight: 1, arbitrary: fc.constant('application/x-www-form-urlencoded') },
        { weight: 1, arbitrary: headerText },
      ),
      more: fc.dictionary(
        fc.constantFrom(
          'idempotency-key',
          'prefer',
          'cookie',
          'origin',
          'sec-fetch-site',
          'x-forwarded-for',
          'accept',
          'x-live',
          'authorization',
          'if-none-match',
          'range',
        ),
        headerText,
        { maxKeys: 3 },
      ),
      body,
    })
    .map(({ method: other, path: [path, query], dry, credentials, type, more, body: given }) => {
      const method = other ?? (path.startsWith('/api/') && !/^\/api\/log(\/x)?$/.test(path) ? 'POST' : 'GET');
      const text = encodeURIComponent((query ?? '').toWellFormed());
      const search =
        query === undefined
          ? dry
            ? '?uji=1'
            : ''
          : `?uji=${text}&cari=${text}&klinik=${text}&sebab=${text}`;
      return {
        ...{ method, path: `${path}${search}`, headers: { ...credentials, 'content-type': type, ...more } },
        body: ['GET', 'HEAD'].includes(method) ? undefined : given,
      };
    });
}

/** The same for somebody who is signed in to the dashboard. @param signedIn `{ cookie, csrf, logId }`. */
export function hostilePages({ cookie, csrf, logId }) {
  const text = fc.oneof(nasty, fc.string({ maxLength: 40 })).map((one) => one.toWellFormed());
  const page = fc.constantFrom(
    '',
    '/kiriman',
    '/kiriman.csv',
    '/kunjungan-terbuka',
    '/platform',
    '/klinik',
    '/jejak',
    `/kiriman/${logId}`,
    `/kiriman/${logId}/fhir`,
  );
  const action = fc.constantFrom(
    '/kirim-ulang-semua',
    '/kunjungan-terbuka',
    '/bahasa',
    `/kiriman/${logId}/perbaiki`,
    `/kiriman/${logId}/koreksi`,
    `/kiriman/${logId}/kirim-ulang`,
    `/kiriman/${logId}/x`,
  );
  const names = [
    'klinik',
    'kunjungan',
    'sebab',
    'cari',
    'keadaan',
    'jenis',
    'dari',
    'sampai',
    'kursor',
    'sesudah',
    'kabar',
    'ke',
    'dasar',
    'tanggal_selesai',
    'nik_pasien',
    'poli',
    'pemeriksaan_fisik.tanda_vital.suhu',
    'diagnosis.0.kode_icd10',
    '__proto__',
  ];
  const typed = fc
    .array(fc.tuple(fc.constantFrom(...names), text), { maxLength: 6 })
    .map((pairs) => new URLSearchParams(pairs));
  const looks = fc.tuple(page, typed).map(([path, params]) => ({
    ...{ method: 'GET', path: `/dashboard${path}?${params}`, headers: { cookie }, body: undefined },
  }));
  const acts = fc.tuple(action, typed).map(([path, params]) => ({
    ...{ method: 'POST', path: `/dashboard${path}`, body: `${params}&csrf=${csrf}` },
    headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
  }));
  return fc.oneof(looks, acts);
}

/** What must be in no answer and no line. `own`: secrets of this run. */
export function leaks(text, own) {
  const found = own.filter((secret) => text.includes(secret));
  if (/\n\s+at .+:\d+:\d+/.test(text) || /node_modules|file:\/\//.test(text)) found.push('a stack trace');
  if (/SQLITE_|syntax error at|violates|no such table/i.test(text)) found.push('words of the database');
  return found;
}
