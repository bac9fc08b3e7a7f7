/**
 * What is shown of a submission to who has not asked for more: codes, numbers and times, by name. Everything else is
 * hidden, also what the contract does not know and somebody's app sends along.
 */

/** Stands for what is hidden; how long it was is hidden too. */
export const HIDDEN = '••••••';

/** Fields whose values say nothing of who somebody is: the contract's, and those of the FHIR that is made of them. */
const PLAIN = new Set(
  `tanggal_kunjungan tanggal_selesai jenis_layanan jenis_kunjungan poli dokter penjamin kode_keluhan_utama
  pemeriksaan_fisik tanda_vital tekanan_darah nadi suhu pernapasan tinggi berat lingkar_perut no_registrasi
  cara_pulang id encounter_id diagnosis observasi prosedur tanggal_diagnosis tanggal_observasi tanggal_prosedur
  kode_icd10 kategori coding code system klinis_status verifikasi_status onset_date tingkat_keparahan kode nilai
  nilai_diatas value unit comparator kode_prosedur kode_metode kode_alat target
  resourceType meta versionId lastUpdated profile identifier use status class category period start end location
  reference participant individual type valueQuantity effectiveDateTime issued recordedDate performedDateTime
  onsetDateTime clinicalStatus verificationStatus interpretation severity condition rank statusHistory
  serviceProvider hospitalization dischargeDisposition length request method url fullUrl entry resource performer
  assessor recorder encounter date extension valueCodeableConcept valueCode actor`
    .trim()
    .split(/\s+/),
);

/** The same JSON with everything hidden that is not known to be plain, at any depth. */
export function masked(value: unknown, key?: string): unknown {
  if (key !== undefined && !PLAIN.has(key)) return hide(value, key);
  if (Array.isArray(value)) return value.map((item) => masked(item, key));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        // A name that is no name can hold anything.
        /^[a-z_]\w{0,39}$/i.test(name) && !identifies(name) ? name : HIDDEN,
        masked(item, name),
      ]),
    );
  }
  if (typeof value !== 'string' && typeof value !== 'number') return value;
  const text = String(value);
  const patient = /^(.*)\bPatient\/[A-Za-z0-9.-]+$/.exec(text);
  if (patient) return `${patient[1]}Patient/${HIDDEN}`;
  return identifies(text) ? HIDDEN : value;
}

/** A NIK, also with blanks or points between its digits, or a patient's number at the platform. */
function identifies(text: string): boolean {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return false;
  return /\d{16}/.test(text.replace(/[\s.\-_]/g, '')) || /\bP\d{11}\b/.test(text);
}

/** Of a NIK the last four digits stay: enough to tell two apart beside the form that it came from. */
function hide(value: unknown, key: string): unknown {
  if (value === null || value === undefined || value === '') return value;
  const nik = key === 'nik_pasien' ? /^\d{12}(\d{4})$/.exec(String(value)) : null;
  return nik ? `${HIDDEN}${nik[1]}` : HIDDEN;
}

/** Whether its message holds what the platform said. */
export function quotes({ message, details }: { message: string; details?: unknown }): boolean {
  const { issues = [] } = (details ?? {}) as { issues?: { text?: string }[] };
  return issues.some(({ text }) => text && message.includes(text.slice(0, 200)));
}
