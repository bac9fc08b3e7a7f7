/** What a person reads of a run. */

const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
export const bold = (text) => paint(1, text);
export const dim = (text) => paint(2, text);
const green = (text) => paint(32, text);
const red = (text) => paint(31, text);

const number = (value) => value.toLocaleString('en-US');

/** One line that is written over on a terminal; a plain line now and then elsewhere. */
export function createProgress(every = 10_000) {
  const { stderr } = process;
  let last = Date.now();
  return {
    show(text) {
      if (stderr.isTTY) stderr.write(`\r\u001b[K${text}`);
      else if (Date.now() - last >= every) {
        last = Date.now();
        stderr.write(`${text}\n`);
      }
    },
    clear() {
      if (stderr.isTTY) stderr.write('\r\u001b[K');
    },
  };
}

export function printTally(result) {
  const { store, processes, visits, accepted, sent, failed, lost, duplicates, disorder, kills } = result;
  const row = (name, value, note = '') =>
    console.log(`  ${name.padEnd(13)}${number(value).padStart(8)}${note ? `   ${dim(note)}` : ''}`);
  const verdict = (name, value, note) => {
    const mark = value === 0 ? green('none') : red(bold(number(value)));
    console.log(
      `  ${name.padEnd(13)}${' '.repeat(value === 0 ? 4 : 8 - number(value).length)}${mark}   ${dim(note)}`,
    );
  };
  const title = processes > 1 ? `${store}, ${processes} processes` : store;
  console.log(`\n${bold(title)} ${dim(`seed ${result.seed}, ${result.seconds} s`)}`);
  row(
    'visits',
    visits,
    `${number(result.requests)} requests of the clinic, ${number(result.repeated)} of them repeated`,
  );
  row('accepted', accepted, result.byEndpoint);
  row('sent', sent, `${result.inStorm} of them while the storm went on`);
  row('failed', failed, result.failedBy || 'none stands as failed');
  row('mended', result.mended, 'corrected by a person, who let go what was held behind them');
  row('kills', kills, `SIGKILL while it served; ${number(result.starts)} starts`);
  row(
    'faults',
    result.faults,
    `of ${number(result.platformRequests)} requests to the platform: ${result.faultsBy}`,
  );
  row('resources', result.resources, result.resourcesBy);
  verdict('lost', lost, 'accepted, and neither at the platform nor failed with a reason');
  verdict('duplicates', duplicates, 'at the platform more than once, by identifier or by content');
  verdict('out of order', disorder, 'ranks, history, status, first in first out, references');
  for (const { kind, visit, logIds, what } of result.problems.slice(0, 20)) {
    console.log(
      `    ${red(kind)} ${visit === undefined ? '' : `visit ${visit} `}${what} ${dim((logIds ?? []).join(' '))}`,
    );
  }
  if (result.problems.length > 20) console.log(`    and ${number(result.problems.length - 20)} more`);
  if (result.evidence) console.log(`  kept for looking into: ${result.evidence}`);
}
