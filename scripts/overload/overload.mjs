import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Agent, request } from 'undici';

/** What the service takes at a time here. */
const IN_FLIGHT = 20;
const program = fileURLToPath(new URL('service.mjs', import.meta.url));
const example = JSON.parse(
  readFileSync(new URL('../../examples/data/encounter.json', import.meta.url), 'utf8'),
);

/** @returns what was answered, how much memory it took, and what is wrong. */
export async function overload({ seconds, times }) {
  const folder = mkdtempSync(join(tmpdir(), 'satusehat-overload-'));
  const child = fork(program, [join(folder, 'satusehat.db'), String(IN_FLIGHT)], {
    execArgv: ['--expose-gc'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const next = () => new Promise((resolve) => child.once('message', resolve));
  // One question after the other: answers carry no name.
  let last = Promise.resolve();
  const ask = (what) => {
    last = last.then(() => {
      const answer = next();
      child.send(what);
      return answer;
    });
    return last;
  };
  const { url, clinic, memory: before } = await next();
  const agent = new Agent({ connections: IN_FLIGHT * times, pipelining: 1 });
  const statuses = {};
  const problems = [];
  const accepted = [];
  let number = 0;

  async function send() {
    const no_registrasi = `BEBAN-${number++}`;
    const { statusCode, headers, body } = await request(`${url}/api/encounter`, {
      method: 'POST',
      dispatcher: agent,
      headers: {
        'content-type': 'application/json',
        'x-clinic-code': clinic.code,
        'x-clinic-secret': clinic.secret,
      },
      body: JSON.stringify({ ...example, nik_pasien: '9204014804000002', no_registrasi }),
    });
    const answer = await body.json();
    statuses[statusCode] = (statuses[statusCode] ?? 0) + 1;
    if (statusCode === 200 || statusCode === 202) accepted.push(no_registrasi);
    else if (statusCode !== 503 && statusCode !== 429) problems.push(`${statusCode} ${answer.code}`);
    else if (!headers['retry-after']) problems.push(`${statusCode} without Retry-After`);
  }

  const until = Date.now() + seconds * 1000;
  let peak = before;
  const watch = setInterval(async () => {
    peak = Math.max(peak, (await ask('memory')).memory);
  }, 1_000);
  // Each comes again at once: nobody heeds Retry-After.
  const one = async () => {
    while (Date.now() < until)
      await send().catch((error) => problems.push(`no answer: ${error.code ?? error.name}`));
  };
  await Promise.all(Array.from({ length: IN_FLIGHT * times }, one));
  clearInterval(watch);
  await agent.close();

  let books = await ask('books');
  for (let turn = 0; books.open > 0 && turn < 120; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    books = await ask('books');
  }
  const there = new Set(books.numbers);
  const lost = accepted.filter((one) => !there.has(one)).length;
  const twice = books.numbers.length - there.size;
  if (lost > 0) problems.push(`${lost} accepted and not there`);
  if (twice > 0) problems.push(`${twice} there twice`);
  child.send('stop');
  await ended;
  rmSync(folder, { recursive: true, force: true });
  const refused = number - accepted.length;
  return {
    seconds,
    asked: number,
    accepted: accepted.length,
    refused,
    statuses,
    lost,
    twice,
    rssMb: { before, peak },
    problems: [...new Set(problems)],
  };
}
