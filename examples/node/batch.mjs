import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { SatusehatClient } from 'satusehat-sdk';

const client = SatusehatClient.fromEnv();
const [file, progressFile] = process.argv.slice(2);

/** One visit a line: however long the file, a few of them are in memory. */
async function* visits() {
  for await (const line of (await open(file)).readLines()) yield JSON.parse(line);
}

// Where an earlier run was broken off, this one goes on.
const resume = existsSync(progressFile) ? JSON.parse(readFileSync(progressFile, 'utf8')) : undefined;
const batch = client.kirimBatch(visits(), { concurrency: 8, resume });
for await (const { index, ok, error } of batch) {
  if (!ok) console.error(`line ${index + 1}: ${error.code} ${error.message}`);
  writeFileSync(progressFile, JSON.stringify(batch.report.progress));
}
const { sent, queued, failed, skipped } = batch.report;
console.log(`sent ${sent}, queued ${queued}, failed ${failed}, done before ${skipped}`);
