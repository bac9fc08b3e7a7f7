/** Spans of the service, as an app's own collector sees them. */
import { type Attributes, type Span, type SpanOptions, type SpanStatus, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { plainVisit } from '../support/visit.js';
import { closeWorlds, startWorld } from '../support/world.js';

interface Seen {
  name: string;
  attributes: Attributes;
  status: SpanStatus | undefined;
  ended: boolean;
}

let seen: Seen[];

beforeEach(() => {
  seen = [];
  const start = (name: string, { attributes = {} }: SpanOptions = {}) => {
    const one: Seen = { name, attributes: { ...attributes }, status: undefined, ended: false };
    seen.push(one);
    const span = {
      setAttribute(key: string, value: string) {
        one.attributes[key] = value;
        return span;
      },
      setAttributes(more: Attributes) {
        Object.assign(one.attributes, more);
        return span;
      },
      setStatus(status: SpanStatus) {
        one.status = status;
        return span;
      },
      end() {
        one.ended = true;
      },
    };
    return span as unknown as Span;
  };
  trace.setGlobalTracerProvider({
    getTracer: () => ({
      startSpan: start,
      startActiveSpan: (name: string, ...rest: unknown[]) => {
        const work = rest.at(-1) as (span: Span) => unknown;
        return work(start(name, typeof rest[0] === 'object' ? (rest[0] as SpanOptions) : {})) as never;
      },
    }),
  });
});
afterEach(async () => {
  await closeWorlds();
  trace.disable();
});

it('a request, its delivery and what the platform was asked are spans, with nobody in them', async () => {
  const world = await startWorld();
  const { body } = await world.post('/api/encounter', plainVisit({ no_registrasi: 'JEJAK-1' }));
  const names = seen.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      'satusehat kirimEncounter',
      'satusehat deliver kirimEncounter',
      'SATUSEHAT POST token',
      'SATUSEHAT GET Patient',
      'SATUSEHAT POST Bundle',
    ]),
  );
  expect(seen.every(({ ended }) => ended)).toBe(true);
  const delivery = seen.find(({ name }) => name === 'satusehat deliver kirimEncounter');
  expect(delivery?.attributes).toMatchObject({ 'satusehat.log_id': body.log_id, 'satusehat.attempt': 1 });
  expect(seen.find(({ name }) => name === 'SATUSEHAT POST Bundle')?.attributes).toMatchObject({
    'http.response.status_code': 200,
  });
  expect(JSON.stringify(seen)).not.toMatch(/9204014804000002|P03647103112|JEJAK-1|KLINIK/);
});

it('what failed says so by its code', async () => {
  const world = await startWorld();
  await world.post('/api/encounter', plainVisit({ nik_pasien: '3201010101990077' }));
  const request = seen.find(({ name }) => name === 'satusehat kirimEncounter');
  expect(request).toMatchObject({
    attributes: { 'error.type': 'PATIENT_NOT_FOUND' },
    status: { message: 'PATIENT_NOT_FOUND' },
  });
});
