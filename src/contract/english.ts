/** The same in English: loaded by whoever asks for it, so that a page in Indonesian does not carry it. */
import type { ErrorCode } from './codes.js';
import type { ProblemWords, Said } from './words.js';

export const codesInEnglish: Record<ErrorCode, Said> = {
  INVALID_JSON: {
    message: 'The request body is not a valid JSON object.',
    remedy: 'Send one JSON object in UTF-8, for example the result of JSON.stringify().',
  },
  INVALID_CREDENTIALS: {
    message: 'The clinic credentials are not valid.',
    remedy: 'Check the headers X-Clinic-Code and X-Clinic-Secret.',
  },
  CLINIC_INACTIVE: {
    message: 'This clinic is deactivated.',
    remedy: 'Ask the operator of the SATUSEHAT Service to activate it again.',
  },
  IP_NOT_ALLOWED: {
    message: 'This IP address is not allowed for this clinic.',
    remedy: "Ask the operator to register the clinic's IP address.",
  },
  PATIENT_NOT_FOUND: {
    message: 'The patient was not found in SATUSEHAT.',
    remedy: 'Check the NIK. If it is right, register the patient with register-patient, then send again.',
  },
  PRACTITIONER_NOT_FOUND: {
    message: 'The practitioner was not found in SATUSEHAT.',
    remedy:
      'Check the id or NIK. New practitioners are registered in SATUSEHAT SDMK, not through this service.',
  },
  HEALTHCARE_SERVICE_NOT_FOUND: {
    message: 'The poli was not found in SATUSEHAT.',
    remedy: "Check the poli code, or map it to a SATUSEHAT Location in the clinic's configuration.",
  },
  ENCOUNTER_NOT_FOUND: {
    message: 'The encounter was not found.',
    remedy: 'Use the encounter_id or log_id from the answer to the encounter.',
  },
  NOT_FOUND: {
    message: 'There is nothing at this address.',
    remedy: 'Check the address of the endpoint and the log_id.',
  },
  METHOD_NOT_ALLOWED: {
    message: 'This HTTP method is not supported here.',
    remedy: 'Use the method named in the Allow header.',
  },
  MULTIPLE_MATCHES: {
    message: 'SATUSEHAT returned more than one record for this identity.',
    remedy:
      'Do not guess. Ask the SATUSEHAT helpdesk to merge the records, or send the SATUSEHAT id you know is right.',
  },
  IDEMPOTENCY_CONFLICT: {
    message: 'This Idempotency-Key was already used for other data.',
    remedy: 'Use a new key for new data; the same key is only for sending the same data again.',
  },
  DUPLICATE: {
    message: 'SATUSEHAT already holds other data with the same identity.',
    remedy: 'Compare with what was sent before; if this is another visit, give it another no_registrasi.',
  },
  PAYLOAD_TOO_LARGE: {
    message: 'The request body is too large.',
    remedy: 'Send one record per request.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    message: 'The Content-Type is not application/json.',
    remedy: 'Send the header Content-Type: application/json.',
  },
  MISSING_REQUIRED_FIELDS: {
    message: 'Required fields are missing',
    remedy: 'Fill in the fields that are named, then send again.',
  },
  INVALID_FIELDS: {
    message: 'Some fields are not valid',
    remedy: 'Correct the fields that are named, then send again.',
  },
  FHIR_VALIDATION_ERROR: {
    message: 'SATUSEHAT refused this data.',
    remedy: 'Correct what is named, then send again. If it is not clear, give the details to the operator.',
  },
  RATE_LIMITED: {
    message: 'Too many requests.',
    remedy: 'Wait as the Retry-After header says, then try again.',
  },
  INTERNAL_ERROR: {
    message: 'Something went wrong in the service.',
    remedy: 'Try again. If it happens again, give the X-Request-Id to the operator.',
  },
  NOT_IMPLEMENTED: {
    message: 'This function is not available in this version of the service.',
    remedy: 'Nothing was kept or sent. Try again once the service has been upgraded.',
  },
  UPSTREAM_UNAVAILABLE: {
    message: 'SATUSEHAT is not available right now.',
    remedy: 'Try again later. Data that has a log_id is delivered by the service on its own.',
  },
  OVERLOADED: {
    message: 'The service is full or starting up.',
    remedy: 'Try again in a moment.',
  },
  UPSTREAM_TIMEOUT: {
    message: 'SATUSEHAT did not answer in time.',
    remedy: 'Try again later.',
  },
  NETWORK_ERROR: {
    message: 'The SATUSEHAT Service could not be reached.',
    remedy: 'Check the network and the address of the service (baseUrl), then try again.',
  },
  TIMEOUT: {
    message: 'The SATUSEHAT Service did not answer in time.',
    remedy: 'Try again with the same data; the service will not record it twice.',
  },
  ABORTED: {
    message: 'The request was aborted by the app.',
    remedy: 'Send the same data again if it is still needed.',
  },
  UNEXPECTED_RESPONSE: {
    message: 'The answer is not one of the SATUSEHAT Service.',
    remedy: 'Check baseUrl and any proxy between the app and the service.',
  },
  PARTIALLY_SENT: {
    message: 'A part of the visit was sent; the rest was not.',
    remedy:
      'Mend the parts named in details.failed, then send the same data again with resume: details.resume; only the rest is sent.',
  },
  UNKNOWN: {
    message: 'The service answered with an error code this SDK version does not know.',
    remedy: 'Upgrade satusehat-sdk, or look at rawCode.',
  },
};

export const problemsInEnglish: ProblemWords = {
  missing: () => ({
    message: 'is required',
    remedy: 'Fill in this field.',
  }),
  text: () => ({
    message: 'must be text',
    remedy: 'Send it as text in quotes.',
  }),
  object: () => ({
    message: 'has the wrong shape',
    remedy: 'Send a JSON object or list as the guide shows.',
  }),
  number: () => ({
    message: 'must be a number',
    remedy: 'Send a number with a decimal point, for example 37.2.',
  }),
  nik: () => ({
    message: 'must be 16 digits',
    remedy: 'Check the NIK on the identity card and send its 16 digits without spaces.',
  }),
  nik_number: () => ({
    message: 'must be sent as text, not as a number',
    remedy: 'Put it in quotes: as a number, the last digit can change on the way.',
  }),
  datetime: () => ({
    message: 'is not a valid date and time',
    remedy: 'Write it like 2024-01-15T08:30:00+07:00.',
  }),
  date: () => ({
    message: 'is not a valid date',
    remedy: 'Write it like 1990-12-31.',
  }),
  future: () => ({
    message: 'lies in the future',
    remedy: "Check the date, the time zone and the clock of the clinic's computer.",
  }),
  too_old: () => ({
    message: 'is earlier than 2014-06-03',
    remedy: 'SATUSEHAT only takes data since 2014-06-03. Check the year.',
  }),
  end_before_start: (start = '') => ({
    message: `must be later than ${start}`,
    remedy: 'Check both times, or leave it out while the visit is still open.',
  }),
  blood_pressure: () => ({
    message: 'must be systolic/diastolic in mmHg',
    remedy: 'Write it like 130/85.',
  }),
  blood_pressure_order: () => ({
    message: 'systolic must be greater than diastolic',
    remedy: 'Check whether the two numbers were swapped.',
  }),
  range: (min = '', max = '', unit = '') => ({
    message: `must be between ${min} and ${max} ${unit}`.trim(),
    remedy: 'Check the number and its unit. Leave it out if it was not measured.',
  }),
  one_of: (values = '') => ({
    message: `must be one of: ${values}`,
    remedy: 'Use one of those values.',
  }),
  one_needed: (names = '') => ({
    message: `give one of: ${names}`,
    remedy: 'Fill in at least one.',
  }),
  fhir_id: () => ({
    message: 'is not a SATUSEHAT id',
    remedy: 'A SATUSEHAT id has only letters, digits, dots and hyphens, for example 10001234567.',
  }),
  digits: (length = '') => ({
    message: `must be ${length} digits`,
    remedy: "Use the Ministry of Home Affairs' region code without dots.",
  }),
  search_characters: () => ({
    message: 'must not contain a comma, |, $ or \\',
    remedy: 'Use letters, digits, dots, slashes or hyphens.',
  }),
  no_nik: () => ({
    message: 'must not contain a NIK',
    remedy: 'Use a code or number of the clinic’s own.',
  }),
  begins_with: (outer = '') => ({
    message: `must begin with ${outer}`,
    remedy: 'Compare the four region codes with the identity card.',
  }),
  email: () => ({
    message: 'is not a valid e-mail address',
    remedy: 'Check the spelling.',
  }),
  snomed: () => ({
    message: 'is not a valid SNOMED CT code',
    remedy: 'Check its digits: a SNOMED CT code has a check digit.',
  }),
  too_long: (max = '') => ({
    message: `must be at most ${max} characters`,
    remedy: 'Shorten it.',
  }),
  icd10: () => ({
    message: 'is not in the form of an ICD-10 code',
    remedy: 'Write it like I10 or J06.9.',
  }),
  jenis_layanan: () => ({
    message: 'is not known for this clinic',
    remedy: 'Use 101 (outpatient), or map this code in the configuration of the clinic.',
  }),
  rawat_inap: () => ({
    message: 'inpatient (102) needs a poli that is mapped to a bed or ward with its class',
    remedy:
      'Map this poli to a bed or ward Location with its service class in the configuration of the clinic.',
  }),
  not_here: () => ({
    message: 'has no place in a whole visit: everything in it is new',
    remedy: 'Leave it out. To correct what was sent before, use its own endpoint.',
  }),
  coding: () => ({
    message: 'needs a system and a code',
    remedy: 'Give a system and a code, for example http://loinc.org and 8867-4.',
  }),
  procedure_code: () => ({
    message: 'is not in the form of an ICD-9-CM, KPTL or SNOMED CT code',
    remedy: 'Write an ICD-9-CM code like 89.52. A SNOMED CT code has a check digit.',
  }),
  needs_id: () => ({
    message: 'entered-in-error is only for a diagnosis sent before',
    remedy:
      'Give the id or log_id of that diagnosis in the field id, or void it with /api/log/{log_id}/batal.',
  }),
  only_pressure: () => ({
    message: 'is only for a blood pressure',
    remedy:
      'Leave it out, or use LOINC 85354-9 with the systolic in nilai and the diastolic in nilai_diatas.',
  }),
  not_the_patient: () => ({
    message: 'is not the patient of this encounter',
    remedy: 'Check encounter_id and pasien_id: both must be of the same encounter.',
  }),
  needs_doctor: () => ({
    message: 'is required: this encounter does not name its doctor',
    remedy: 'Give the SATUSEHAT id of the doctor.',
  }),
  start_frozen: () => ({
    message: 'cannot be changed once the encounter was sent',
    remedy:
      'Void this encounter with /api/log/{log_id}/batal, then send a new one with the right start and another no_registrasi.',
  }),
  voided_visit: () => ({
    message: 'is an encounter that was voided',
    remedy: 'Use the encounter that took its place.',
  }),
  other_visit: () => ({
    message: 'does not belong to this encounter',
    remedy: 'Check id and encounter_id: both must be of the same encounter.',
  }),
  no_correction: () => ({
    message: 'cannot be used: SATUSEHAT has no way to correct a procedure once sent',
    remedy:
      'Note the correction in the clinic’s own record; if needed, send the right procedure as a new one.',
  }),
  no_void: () => ({
    message: 'cannot be voided: SATUSEHAT has no way to void a procedure once sent',
    remedy: 'Note it in the clinic’s own record, and ask the SATUSEHAT helpdesk when it has to be removed.',
  }),
  fixed: () => ({
    message: 'cannot be changed in what was sent',
    remedy: 'Void it with /api/log/{log_id}/batal, then send the right one as new.',
  }),
  not_sent: () => ({
    message: 'was not sent to SATUSEHAT yet',
    remedy: 'Correct it and send it again with /api/log/{log_id}/resend.',
  }),
  voided: () => ({
    message: 'was voided',
    remedy: 'Send it as new.',
  }),
  no_trial: () => ({
    message: 'is not available here',
    remedy:
      'Dry runs exist for encounter, diagnosis, observation, procedure and kunjungan. Nothing was done.',
  }),
  not_diagnosis: () => ({
    message: 'is the chief complaint of the encounter, not a diagnosis',
    remedy:
      'Change the complaint with /api/encounter and the id of the encounter, or send the diagnosis as new.',
  }),
  needs_complaint: () => ({
    message: 'can only be changed together with keluhan_utama',
    remedy: 'Send keluhan_utama too.',
  }),
  no_undo: () => ({
    message: 'is an update, and cannot be voided',
    remedy: 'Send another update with the right values.',
  }),
  last_diagnosis: () => ({
    message: 'is the only diagnosis of a finished encounter',
    remedy: 'First send the right diagnosis of this encounter, then void the wrong one.',
  }),
  conflict: (other = '') => ({
    message: `does not agree with ${other}`,
    remedy: 'Send only one of them, or correct it.',
  }),
  not_found: () => ({
    message: 'was not found in SATUSEHAT',
    remedy: 'Check the value.',
  }),
  multiple: () => ({
    message: 'matches more than one record',
    remedy: 'Ask the SATUSEHAT helpdesk to merge the records, or send the SATUSEHAT id you know is right.',
  }),
  refused: () => ({
    message: 'was refused by SATUSEHAT',
    remedy: 'Check the value.',
  }),
  invalid: () => ({
    message: 'is not valid',
    remedy: 'Check the value against the guide.',
  }),
};
