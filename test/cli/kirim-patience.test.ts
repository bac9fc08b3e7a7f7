/** How `satusehat kirim` waits for a service that is getting too much. */
import { describe, expect, it } from 'vitest';
import { createPatience } from '../../src/cli/patience.js';
import type { VisitInput } from '../../src/index.js';
import { SatusehatError } from '../../src/index.js';

const visit = {} as VisitInput;
const limit = (code: 'RATE_LIMITED' | 'OVERLOADED', retryAfter?: number) =>
  new SatusehatError({ code, status: 429, ...(retryAfter === undefined ? {} : { retryAfter }) });

/** A clock that goes as far as is waited. @param answers an error, or undefined for an acceptance; the last stays. */
function world(answers: (Error | undefined)[]) {
  let time = 0;
  const waited: number[] = [];
  const patience = createPatience(
    () => time,
    async (milliseconds) => {
      waited.push(milliseconds);
      time += milliseconds;
    },
  );
  let asked = 0;
  const sender = patience.over({
    async kirimKunjungan() {
      const answer = answers[Math.min(asked++, answers.length - 1)];
      if (answer) throw answer;
      return { status: 'success' };
    },
  });
  return { patience, sender, waited, asked: () => asked };
}

describe('patience', () => {
  it('waits as long as it is asked to, at least a second and at most a minute, and sends the same again', async () => {
    const { sender, waited, asked } = world([
      limit('RATE_LIMITED', 7),
      limit('OVERLOADED'),
      limit('RATE_LIMITED', 3_600),
      undefined,
    ]);
    expect(await sender.kirimKunjungan(visit)).toEqual({ status: 'success' });
    expect(waited).toEqual([7_000, 1_000, 60_000]);
    expect(asked()).toBe(4);
  });

  it('holds up every visit, also for a pause of the client, and says why', async () => {
    const { patience, sender, waited } = world([undefined]);
    expect(patience.words()).toBe('');
    patience.onRetry({ code: 'NETWORK_ERROR', delay: 5_000 });
    expect(patience.words()).toBe('');
    patience.onRetry({ code: 'OVERLOADED', delay: 11_500 });
    expect(patience.words()).toBe(', layanan minta jeda (OVERLOADED): lanjut dalam 12 detik');
    await sender.kirimKunjungan(visit);
    expect(waited).toEqual([11_500]);
    expect(patience.words()).toBe('');
  });

  it('ends: with the error, after ten minutes in which nothing was taken', async () => {
    const { sender, waited } = world([limit('RATE_LIMITED', 60)]);
    await expect(sender.kirimKunjungan(visit)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(waited).toEqual(Array(10).fill(60_000));
  });

  it('leaves every other error as it is', async () => {
    const { sender, waited } = world([new SatusehatError({ code: 'PATIENT_NOT_FOUND', status: 404 })]);
    await expect(sender.kirimKunjungan(visit)).rejects.toMatchObject({ code: 'PATIENT_NOT_FOUND' });
    expect(waited).toEqual([]);
  });
});
