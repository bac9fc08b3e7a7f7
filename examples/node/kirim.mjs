import { readFile } from 'node:fs/promises';
import { isSatusehatError, SatusehatClient } from 'satusehat-sdk';

const client = SatusehatClient.fromEnv(); // SATUSEHAT_BASE_URL, CLINIC_CODE, CLINIC_SECRET
const visit = JSON.parse(await readFile(process.argv[2], 'utf8'));
try {
  const sent = await client.kirimEncounter(visit);
  console.log(sent.status, sent.encounter_id ?? sent.log_id);
} catch (error) {
  if (!isSatusehatError(error)) throw error;
  console.error(`${error.code}: ${error.message} ${error.remedy}`);
  process.exitCode = 1;
}
