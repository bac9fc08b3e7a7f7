/** Whole visits, batches, and following a submission. */
import { describe, expect, it } from 'vitest';
import type { BatchProgress, BatchResult, ClientOptions, VisitInput } from '../../src/index.js';
import { bloodPressure, hypertension, incision, inVisit } from '../support/clinical.js';
import { thrownBy } from '../support/thrown.js';
import { guideVisit } from '../support/visit.js';
import { type Answering, failing, fakeService, json, NIK, sent } from './fake-service.js';

const whole = {
  diagnosis: [inVisit(hypertension('')), { ...inVisit(hypertension('')), kode_icd10: 'E11' }],
  observasi: [inVisit(bloodPressure(''))],
  prosedur: [inVisit(incision(''))],
};
const visit: VisitInput = { encounter: guideVisit(), ...whole };
const name = (path: string) => path.replace('/api/', '');

describe('kirimKunjungan', () => {
  it('is one request, nested or flat', async () => {
    const { client, seen } = fakeService(() => sent());
    await client.kirimKunjungan(visit);
    await client.kirimKunjungan({ ...guideVisit(), ...whole });
    expect(seen.map(({ path }) => path)).toEqual(['/api/kunjungan', '/api/kunjungan']);
    expect(seen[0]?.body).toEqual({ ...guideVisit(), ...whole });
    expect(seen[0]?.headers['idempotency-key']).toBe(seen[1]?.headers['idempotency-key']);
  });

  it('without diagnosis, observation and procedure is kirimEncounter, with its key', async () => {
    const { client, seen } = fakeService(() => sent());
    await client.kirimKunjungan({ encounter: guideVisit(), diagnosis: [] });
    await client.kirimKunjungan(guideVisit());
    await client.kirimEncounter(guideVisit());
    expect(seen.map(({ path }) => path)).toEqual(Array(3).fill('/api/encounter'));
    expect(new Set(seen.slice(1).map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  it.each<[string, unknown]>([
    ['an object in place of the list', whole.diagnosis[0]],
    ['a list with keys, as PHP makes one', { 1: whole.diagnosis[0] }],
    ['a Set', new Set(whole.diagnosis)],
    ['an empty item', [null]],
    ['an empty item beside a full one', [whole.diagnosis[0], undefined]],
  ])('no diagnosis is left behind: %s is refused, and nothing goes', async (_, diagnosis) => {
    const { client, seen } = fakeService(() => sent());
    const thrown = await thrownBy(client.kirimKunjungan({ ...guideVisit(), diagnosis } as VisitInput));
    expect(thrown?.code).toBe('INVALID_FIELDS');
    expect(thrown?.code === 'INVALID_FIELDS' && thrown.details?.fields[0]?.field).toMatch(/^diagnosis/);
    expect(seen).toHaveLength(0);
  });

  it('what is wrong anywhere is found before anything goes', async () => {
    const { client, seen } = fakeService(() => sent());
    const wrong = { ...visit, prosedur: [{ ...inVisit(incision('')), kode_prosedur: 'x' }] };
    const thrown = await thrownBy(client.kirimKunjungan(wrong));
    expect(thrown?.code === 'INVALID_FIELDS' && thrown.details?.fields[0]?.field).toBe(
      'prosedur.0.kode_prosedur',
    );
    expect(seen).toHaveLength(0);
  });

  describe.each([
    [404, json(404, '<html>Not Found</html>')],
    [404, json(404, { message: 'Not Found' })],
    [405, json(405, { code: 'METHOD_NOT_ALLOWED', message: 'x' })],
    [501, json(501, { code: 'NOT_IMPLEMENTED', message: 'x' })],
  ])('where there is no /api/kunjungan (%d)', (_, missing) => {
    const service = (
      parts: (part: string, seen: Parameters<Answering>[1]) => Response,
      options: Partial<ClientOptions> = {},
    ) =>
      fakeService(
        (_n, seen) => (seen.path === '/api/kunjungan' ? missing.clone() : parts(name(seen.path), seen)),
        { retries: 0, ...options },
      );

    it('goes in the guide’s order, with the ids of the encounter, and does not ask again', async () => {
      const { client, seen } = service((part) =>
        sent(part === 'encounter' ? {} : { encounter_id: undefined }),
      );
      const answer = await client.kirimKunjungan(visit);
      expect(answer).toMatchObject({ status: 'success', encounter_id: 'E-1', pasien_id: 'P1' });
      const order = ['encounter', 'diagnosis', 'diagnosis', 'observation', 'procedure'];
      expect(seen.map(({ path }) => name(path))).toEqual(['kunjungan', ...order]);
      expect(seen[1]?.body).toEqual(guideVisit());
      for (const { body } of seen.slice(2))
        expect(body).toMatchObject({ encounter_id: 'E-1', pasien_id: 'P1' });
      await client.kirimKunjungan(visit);
      expect(seen.slice(6).map(({ path }) => name(path))).toEqual(order);
    });

    it('by log_id and a look-up, when the encounter is kept and not yet there', async () => {
      const { client, seen } = service((part) =>
        part === 'satusehat/get-patient-id'
          ? json(200, { status: 'success', satusehat_id: 'P9' })
          : json(202, { status: part === 'encounter' ? 'queued' : 'success', log_id: 'L-7' }),
      );
      expect(await client.kirimKunjungan(visit)).toMatchObject({ status: 'queued', log_id: 'L-7' });
      expect(seen.at(-1)?.body).toMatchObject({ encounter_id: 'L-7', pasien_id: 'P9' });
    });

    it('an encounter that is refused is the error, and nothing else goes', async () => {
      const { client, seen } = service(() => json(404, { code: 'PATIENT_NOT_FOUND', message: 'x' }));
      expect(await thrownBy(client.kirimKunjungan(visit))).toMatchObject({ code: 'PATIENT_NOT_FOUND' });
      expect(seen).toHaveLength(2);
    });

    it('a part that is refused keeps no other; the repetition sends only the rest', async () => {
      let refused = true;
      const { client, seen } = service((_part, { body }) =>
        refused && body.kode_icd10 === 'E11'
          ? json(422, { code: 'FHIR_VALIDATION_ERROR', message: 'Ditolak', log_id: 'L-3' })
          : sent({ satusehat_id: 'P1' }),
      );
      const thrown = await thrownBy(client.kirimKunjungan(visit));
      if (thrown?.code !== 'PARTIALLY_SENT' || !thrown.details) throw thrown;
      expect(thrown).toMatchObject({ retryable: true, logId: 'L-1' });
      const { sent: went, failed, resume } = thrown.details;
      expect(went).toEqual(['encounter', 'diagnosis.0', 'observasi.0', 'prosedur.0']);
      expect(failed).toEqual([
        {
          part: 'diagnosis.1',
          error: expect.objectContaining({ code: 'FHIR_VALIDATION_ERROR', logId: 'L-3' }),
        },
      ]);
      expect(JSON.stringify(thrown)).not.toMatch(/\d{16}|Hipertensi|"P1"/);
      refused = false;
      const before = seen.length;
      const again = await client.kirimKunjungan(visit, { resume: JSON.parse(JSON.stringify(resume)) });
      expect(again).toMatchObject({ encounter_id: 'E-1' });
      expect(seen.slice(before).map(({ path }) => name(path))).toEqual([
        'satusehat/get-patient-id',
        'diagnosis',
      ]);
      expect(seen.at(-1)?.body.kode_icd10).toBe('E11');
    });

    it('an outage in the middle stops there, and says what was not tried', async () => {
      const { client, seen } = service((part) => (part === 'observation' ? failing() : sent()));
      const thrown = await thrownBy(client.kirimKunjungan(visit));
      expect(thrown?.code === 'PARTIALLY_SENT' && thrown.details).toMatchObject({
        sent: ['encounter', 'diagnosis.0', 'diagnosis.1'],
        failed: [
          { part: 'observasi.0', error: { code: 'OVERLOADED' } },
          { part: 'prosedur.0', error: undefined },
        ],
        resume: { encounter_id: 'E-1', done: ['diagnosis.0', 'diagnosis.1'] },
      });
      expect(seen.map(({ path }) => name(path)).at(-1)).toBe('observation');
    });

    it('a key of one’s own names each part', async () => {
      const { client, seen } = service(() => sent());
      await client.kirimKunjungan(visit, { idempotencyKey: 'k-1' });
      expect(seen.map(({ headers }) => headers['idempotency-key'])).toEqual([
        'k-1',
        'k-1/encounter',
        'k-1/diagnosis.0',
        'k-1/diagnosis.1',
        'k-1/observasi.0',
        'k-1/prosedur.0',
      ]);
    });
  });

  it('404 for a patient is no missing endpoint', async () => {
    const { client, seen } = fakeService(() => json(404, { code: 'PATIENT_NOT_FOUND', message: 'x' }));
    expect(await thrownBy(client.kirimKunjungan(visit))).toMatchObject({ code: 'PATIENT_NOT_FOUND' });
    expect(seen).toHaveLength(1);
  });
});

describe('kirimBatch', () => {
  const visitOf = (n: number) => ({ ...guideVisit(), no_registrasi: `R-${n}` });
  const visits = (count: number) => Array.from({ length: count }, (_, n) => visitOf(n));
  const numberOf = (body: { no_registrasi: string }) => Number(body.no_registrasi.slice(2));

  it('yields every result with its index, and ends with a report', async () => {
    const reports: number[] = [];
    const { client } = fakeService((_, { body }) =>
      numberOf(body) === 3
        ? json(404, { code: 'PATIENT_NOT_FOUND', message: 'x' })
        : numberOf(body) === 5
          ? json(202, { status: 'queued', log_id: 'L-5' })
          : sent(),
    );
    const batch = client.kirimBatch(visits(10), {
      concurrency: 3,
      onProgress: ({ total }) => reports.push(total),
    });
    const results = new Map<number, boolean>();
    for await (const { index, ok } of batch) results.set(index, ok);
    expect([...results.keys()].sort((a, b) => a - b)).toEqual([...Array(10).keys()]);
    expect([...results].filter(([, ok]) => !ok)).toEqual([[3, false]]);
    expect(batch.report).toEqual({
      total: 10,
      sent: 8,
      queued: 1,
      failed: 1,
      skipped: 0,
      complete: true,
      progress: { next: 10, done: [], again: [[3, 3]] },
    });
    expect(reports).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('holds no more than its window of a source without end', async () => {
    let taken = 0;
    let returned = false;
    async function* source() {
      try {
        for (;;) yield visitOf(taken++);
      } finally {
        returned = true;
      }
    }
    let underWay = 0;
    let most = 0;
    const { client } = fakeService(async () => {
      most = Math.max(most, ++underWay);
      await new Promise(setImmediate);
      underWay--;
      return sent();
    });
    const batch = client.kirimBatch(source(), { concurrency: 5 });
    let seen = 0;
    for await (const result of batch) {
      expect(result.ok).toBe(true);
      seen++;
      expect(taken - seen).toBeLessThanOrEqual(5);
      if (seen === 200) break;
    }
    expect(most).toBe(5);
    expect(underWay).toBe(0);
    expect(returned).toBe(true);
    expect(batch.report).toMatchObject({ total: taken, sent: taken, complete: false });
    expect(batch.report.progress).toEqual({ next: taken, done: [], again: [] });
  });

  it('sends again whatever was not accepted, whyever: a secret that was changed loses no visit', async () => {
    let right = false;
    const { client, seen } = fakeService(() =>
      right ? sent() : json(401, { code: 'INVALID_CREDENTIALS', message: 'x' }),
    );
    const first = await client.kirimBatch(visits(5)).run();
    expect(first).toMatchObject({ failed: 5, progress: { next: 5, again: [[0, 4]] } });
    right = true;
    const asked = seen.length;
    const second = await client.kirimBatch(visits(5), { resume: first.progress }).run();
    expect(second).toMatchObject({ sent: 5, skipped: 0, progress: { next: 5, done: [], again: [] } });
    expect(seen.length - asked).toBe(5);
  });

  it('left early, what failed unseen is sent again; what came before the break stays done', async () => {
    const { client } = fakeService((_, { body }) =>
      numberOf(body) === 92 ? json(404, { code: 'PATIENT_NOT_FOUND', message: 'x' }) : sent(),
    );
    const resume = { next: 90, done: [], again: [[10, 12]] as [number, number][] };
    const batch = client.kirimBatch(visits(95), { concurrency: 4, resume });
    for await (const { index } of batch) if (index === 90) break;
    const { progress } = batch.report;
    expect(progress.next).toBeGreaterThanOrEqual(93);
    expect(progress.again).toEqual([[92, 92]]);
  });

  it('keeps no result back while its source takes its time', async () => {
    let go = () => {};
    const waits = new Promise<void>((resolve) => {
      go = resolve;
    });
    async function* source() {
      yield visitOf(0);
      await waits;
      yield visitOf(1);
    }
    const { client } = fakeService(() => sent());
    const results = client.kirimBatch(source(), { concurrency: 8 })[Symbol.asyncIterator]();
    // Without the result of the first one the source is never let on.
    expect((await results.next()).value).toMatchObject({ index: 0, ok: true });
    go();
    expect((await results.next()).value).toMatchObject({ index: 1, ok: true });
    expect((await results.next()).done).toBe(true);
  });

  it.each([Number.NaN, 0, -1])('a concurrency of %s is refused', async (concurrency) => {
    const { client, seen } = fakeService(() => sent());
    await expect(client.kirimBatch(visits(2), { concurrency }).run()).rejects.toThrow('concurrency');
    expect(seen).toHaveLength(0);
  });

  it('sends nothing before somebody asks', async () => {
    const { client, seen } = fakeService(() => sent());
    const batch = client.kirimBatch(visits(3));
    await new Promise(setImmediate);
    expect(seen).toHaveLength(0);
    expect((await batch.run()).sent).toBe(3);
    expect(batch.report.complete).toBe(true);
  });

  it('goes on where an abort broke it off, and sends again only what was not done', async () => {
    const abort = new AbortController();
    const arrived: number[] = [];
    let hang = true;
    const { client } = fakeService(
      (_, { body }, signal) => {
        const n = numberOf(body);
        arrived.push(n);
        if (hang && n === 4) {
          queueMicrotask(() => abort.abort());
          return new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(signal.reason)),
          );
        }
        return n === 2 && hang ? failing() : sent();
      },
      { retries: 0 },
    );
    const first = client.kirimBatch(visits(8), { concurrency: 1, signal: abort.signal });
    expect(await thrownBy(first.run())).toMatchObject({ code: 'ABORTED' });
    expect(first.report).toMatchObject({ complete: false, sent: 3 });
    const progress = JSON.parse(JSON.stringify(first.report.progress)) as BatchProgress;
    expect(progress).toEqual({
      next: 5,
      done: [],
      again: [
        [2, 2],
        [4, 4],
      ],
    });
    expect(arrived).toEqual([0, 1, 2, 3, 4]);
    hang = false;
    arrived.length = 0;
    const report = await client.kirimBatch(visits(8), { concurrency: 1, resume: progress }).run();
    expect(arrived).toEqual([2, 4, 5, 6, 7]);
    expect(report).toMatchObject({ complete: true, sent: 5, skipped: 3, progress: { next: 8, again: [] } });
  });

  it('a mistake in one item is that item’s error; a mistake in the source ends the batch', async () => {
    const { client } = fakeService(() => sent());
    const results: BatchResult[] = [];
    async function* source() {
      yield visitOf(0);
      yield { ...visitOf(1), poli: '' };
      yield null as never;
      throw new Error('the database is gone');
    }
    const batch = client.kirimBatch(source(), { concurrency: 1 });
    await expect(
      (async () => {
        for await (const result of batch) results.push(result);
      })(),
    ).rejects.toThrow('the database is gone');
    expect(results).toMatchObject([
      { index: 0, ok: true },
      { index: 1, ok: false, error: { code: 'MISSING_REQUIRED_FIELDS' } },
      { index: 2, ok: false, error: { code: 'MISSING_REQUIRED_FIELDS' } },
    ]);
  });

  it('broken off, yields what became of everything that it had taken', async () => {
    const abort = new AbortController();
    const { client } = fakeService(
      (_, _request, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      { retries: 0 },
    );
    async function* source() {
      yield visitOf(0);
      yield visitOf(1);
      queueMicrotask(() => abort.abort());
      await new Promise(() => {});
    }
    const codes: unknown[] = [];
    const batch = client.kirimBatch(source(), { signal: abort.signal });
    const error = await thrownBy(
      (async () => {
        for await (const { index, error } of batch) codes.push([index, error?.code]);
      })(),
    );
    expect(error).toMatchObject({ code: 'ABORTED' });
    expect(codes).toEqual([
      [0, 'ABORTED'],
      [1, 'ABORTED'],
    ]);
    expect(batch.report).toMatchObject({ total: 2, failed: 2, complete: false });
  });

  it('an abort is heard also while the source lets wait', async () => {
    const abort = new AbortController();
    const { client } = fakeService(() => sent());
    async function* source() {
      yield visitOf(0);
      queueMicrotask(() => abort.abort());
      await new Promise(() => {});
    }
    const batch = client.kirimBatch(source(), { signal: abort.signal });
    expect(await thrownBy(batch.run())).toMatchObject({ code: 'ABORTED' });
  });
});

describe('following a submission', () => {
  const log = (state: string) =>
    json(200, {
      status: 'success',
      log_id: 'L-1',
      data: { endpoint: 'kirimEncounter', state, attempts: [] },
    });

  it.each(['sent', 'failed', 'void'])(
    'tungguSelesai ends with %s, and tells every change once',
    async (end) => {
      const states = ['queued', 'queued', 'a state of the future', 'waiting', end];
      const { client, seen } = fakeService((n) => log(states[n] ?? ''));
      const changes: string[] = [];
      const status = await client.tungguSelesai('L-1', {
        interval: 1,
        onChange: ({ data }) => changes.push(data.state),
      });
      expect(status.data.state).toBe(end);
      expect(changes).toEqual(['queued', 'a state of the future', 'waiting', end]);
      expect(seen.map(({ path }) => path)).toEqual(Array(5).fill('/api/log/L-1'));
    },
  );

  it('ends with TIMEOUT, and with ABORTED', async () => {
    const { client } = fakeService(() => log('queued'), { locale: 'en' });
    expect(await thrownBy(client.tungguSelesai('L-1', { interval: 1, timeout: 20 }))).toMatchObject({
      code: 'TIMEOUT',
      logId: 'L-1',
      message: expect.stringMatching(/^[\x20-\x7e]+$/),
    });
    const abort = new AbortController();
    const waiting = client.tungguSelesai('L-1', {
      interval: 60_000,
      signal: abort.signal,
      onChange: () => queueMicrotask(() => abort.abort()),
    });
    expect(await thrownBy(waiting)).toMatchObject({ code: 'ABORTED' });
  });

  it('resend, batal, listLog and dry runs ask for what they say', async () => {
    const { client, seen } = fakeService((_, { path }) =>
      path.startsWith('/api/log?') || path === '/api/log'
        ? json(200, { status: 'success', data: { items: [] } })
        : sent(),
    );
    await client.resend('L-1');
    await client.resend('L-1', guideVisit());
    await client.batal('L-1', 'Salah pasien');
    await client.batal('L-1');
    await client.listLog();
    await client.listLog({ state: 'failed', dari: '2024-01-15T08:00:00+07:00', kursor: undefined });
    await client.uji.kirimEncounter(guideVisit());
    await client.uji.kirimKunjungan(visit);
    expect(seen.map(({ path, body }) => [path, body])).toEqual([
      ['/api/log/L-1/resend', {}],
      ['/api/log/L-1/resend', guideVisit()],
      ['/api/log/L-1/batal', { alasan: 'Salah pasien' }],
      ['/api/log/L-1/batal', {}],
      ['/api/log', undefined],
      ['/api/log?state=failed&dari=2024-01-15T08%3A00%3A00%2B07%3A00', undefined],
      ['/api/encounter?uji=1', guideVisit()],
      ['/api/kunjungan?uji=1', { ...guideVisit(), ...whole }],
    ]);
  });
});

it('safe gives what a method returns or throws', async () => {
  const { client } = fakeService((n) => (n === 0 ? sent() : failing()), { retries: 0 });
  expect(await client.safe.kirimEncounter(guideVisit())).toMatchObject({
    ok: true,
    data: { encounter_id: 'E-1' },
  });
  const { ok, data, error } = await client.safe.getPatientId(NIK);
  expect([ok, data, error?.code]).toEqual([false, undefined, 'OVERLOADED']);
});
