/** What is shown of a patient to who has not asked for more: nothing that says who it is. */
import { maskNik } from '../contract/identity.js';

/** Stands for what is hidden; how long it was is hidden too. */
export const HIDDEN = '••••••';

/** Names of what the clinic sends and what FHIR makes of it, whose values say who somebody is or are free text. */
const PERSONAL =
  /^(nik.*|pasien_id|nama.*|alamat.*|email|telp|no_hp|telepon|tempat_lahir|tanggal_lahir|ibu.*|kk|no_kk|keluhan_utama|anamnesa|keterangan|hasil|komplikasi|kondisi_klinis|alasan|deskripsi_.*|interpretasi|subject|patient|name|telecom|address|birthDate|note|summary|description|text|div|valueString|display)$/;

/** The same JSON with its personal values hidden, at any depth. Codes, numbers and times stay. */
export function masked(value: unknown, key = ''): unknown {
  if (PERSONAL.test(key)) return hide(value, key);
  if (Array.isArray(value)) return value.map((item) => masked(item, key));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, masked(item, name)]));
  }
  if (typeof value === 'string')
    return maskNik(value).replace(/Patient\/[A-Za-z0-9.-]+/g, `Patient/${HIDDEN}`);
  return typeof value === 'number' && /\d{16}/.test(String(value)) ? HIDDEN : value;
}

/** Of a NIK the last four digits stay: enough to tell two apart beside the form that it came from. */
function hide(value: unknown, key: string): unknown {
  if (value === null || value === undefined || value === '') return value;
  const nik = /^nik/.test(key) && /^\d{12}(\d{4})$/.exec(String(value));
  return nik ? `${HIDDEN}${nik[1]}` : HIDDEN;
}
