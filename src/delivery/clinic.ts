import type { EncounterClass, ServiceClass } from '../fhir/visit.js';
import type { Platform } from '../platform/platform.js';

/** One clinic of the service, as it is configured. */
export interface ClinicConfig {
  /** `X-Clinic-Code`. */
  code: string;
  /** `X-Clinic-Secret`. Kept as a hash once the service has started. */
  secret: string;
  /** Default true. An inactive clinic gets CLINIC_INACTIVE. */
  active?: boolean;
  /** IANA zone for times without one. Default `Asia/Jakarta`. */
  timeZone?: string;
  /** The clinic's own credential at the national platform. */
  satusehat: { clientId: string; clientSecret: string; organizationId: string };
  /** Its poli by code; what is not here is looked up at the platform by Location identifier. */
  poli?: Record<string, PoliConfig>;
  /** Doctors whose SIP or STR the clinic knows; register-practitioner adds to them. */
  dokter?: { id: string; nik?: string; sip?: string; str?: string }[];
  /** `jenis_layanan` to Encounter class. Default `{ '101': 'AMB', '102': 'IMP' }`; what is given is added. */
  jenisLayanan?: Record<string, EncounterClass>;
}

export interface PoliConfig {
  /** UUID of the Location at the platform. */
  locationId: string;
  /** Its name there; sent as display. */
  nama?: string;
  /** Another id that the clinic's app may send for this poli, e.g. `HCS-100001`. */
  healthcareServiceId?: string;
  /** Only for a bed or a ward: the class that an inpatient stay there has. */
  kelasRawat?: ServiceClass;
}

/** A clinic at work: its configuration without the secret, and its way to the platform. */
export interface Clinic extends Omit<ClinicConfig, 'secret' | 'satusehat'> {
  timeZone: string;
  organizationId: string;
  jenisLayanan: Record<string, EncounterClass>;
  platform: Platform;
}
