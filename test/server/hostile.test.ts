/** A small form of `npm run hostile`: nothing falls over, and nothing leaks. */
import { expect, it } from 'vitest';
// @ts-expect-error plain JavaScript, shared with the long run
import { attack } from '../../scripts/hostile/attack.mjs';
// @ts-expect-error plain JavaScript
import { leaks } from '../../scripts/hostile/requests.mjs';

it('hostile requests get no 500, no stack, no secret and no NIK, in answers and in the log', async () => {
  const { problems, statuses, requests } = await attack({ requests: 4_000, seed: 20_261_124 });
  expect(problems).toEqual([]);
  expect(requests).toBe(4_000);
  // They reach all kinds of places.
  for (const status of [200, 303, 400, 401, 404, 405, 415, 422])
    expect(statuses[status], String(status)).toBeGreaterThan(20);
});

it('sees what it looks for', () => {
  expect(leaks('{"message":"rahasia-x"}', ['rahasia-x'])).toEqual(['rahasia-x']);
  expect(leaks('Error: x\n    at run (/app/src/a.js:1:2)', [])).toEqual(['a stack trace']);
  expect(leaks('SQLITE_CONSTRAINT', [])).toEqual(['words of the database']);
  expect(leaks('NIK ################', ['9204014804000002'])).toEqual([]);
});
