/**
 * The guide's JavaScript class: nothing but fetch. The clinic's secret must not be in a page: there, let your own
 * server add the two headers, `new SatusehatClient('/satusehat')`. With a secret it is for servers only.
 */
export class SatusehatClient {
  constructor(baseUrl, clinicCode, clinicSecret) {
    this.baseUrl = baseUrl.replace(/\/+$/, '');
    this.clinicCode = clinicCode;
    this.clinicSecret = clinicSecret;
  }

  kirimEncounter(data) {
    return this.sendRequest('/api/encounter', data);
  }

  kirimDiagnosis(data) {
    return this.sendRequest('/api/diagnosis', data);
  }

  kirimObservation(data) {
    return this.sendRequest('/api/observation', data);
  }

  kirimProcedure(data) {
    return this.sendRequest('/api/procedure', data);
  }

  getPatientId(nik) {
    return this.sendRequest('/api/satusehat/get-patient-id', { nik });
  }

  getPractitionerId(nik, sip = null, str = null) {
    const data = { nik };
    if (sip) data.sip = sip;
    if (str) data.str = str;
    return this.sendRequest('/api/satusehat/get-practitioner-id', data);
  }

  // The guide's class ends here; its PHP classes have these three as well.

  getHealthcareServiceId(kodePoli) {
    return this.sendRequest('/api/satusehat/get-healthcare-service-id', { kode_poli: kodePoli });
  }

  registerPatient(data) {
    return this.sendRequest('/api/satusehat/register-patient', data);
  }

  registerPractitioner(data) {
    return this.sendRequest('/api/satusehat/register-practitioner', data);
  }

  // [kirim]
  async sendRequest(endpoint, data, method = 'POST') {
    const headers = { 'Content-Type': 'application/json' };
    if (this.clinicCode) headers['X-Clinic-Code'] = this.clinicCode;
    if (this.clinicSecret) headers['X-Clinic-Secret'] = this.clinicSecret;
    let response;
    let answer;
    try {
      response = await fetch(this.baseUrl + endpoint, {
        method,
        headers,
        body: JSON.stringify(data),
        signal: AbortSignal.timeout(60_000),
      });
      answer = await response.text();
    } catch (error) {
      throw new Error(`Layanan SATUSEHAT tidak menjawab: ${error.message}`, { cause: error });
    }
    try {
      answer = JSON.parse(answer);
    } catch {}
    // A gateway on the way answers too, with JSON at times, but without these.
    if (!answer?.[response.ok ? 'status' : 'message']) {
      throw new Error(
        `Bukan jawaban layanan (HTTP ${response.status}). Kirim lagi data yang sama; bila tetap, periksa alamatnya.`,
      );
    }
    // The answer itself is the cause: a program decides by its `code`.
    if (!response.ok) throw new Error(`${answer.message} ${answer.remedy ?? ''}`.trim(), { cause: answer });
    return answer;
  }
  // [/kirim]
}
