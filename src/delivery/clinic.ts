import type { Disposition } from '../contract/encounter.js';
import type { EncounterClass, InpatientClass, OutpatientClass } from '../fhir/visit.js';
import type { Platform } from '../platform/platform.js';
import type { WebhookConfig } from './webhook.js';

/** One clinic of the service, as it is configured. */
export interface ClinicConfig {
  /** `X-Clinic-Code`. */
  code: string;
  /** `X-Clinic-Secret`, or several that are valid at once while it is changed. Held only as digests. */
  secret: string | readonly string[];
  /** Default true. An inactive clinic gets CLINIC_INACTIVE; what it had sent before is delivered all the same. */
  active?: boolean;
  /** IANA zone for times without one. Default `Asia/Jakarta`. */
  timeZone?: string;
  /** The clinic's own credential at the national platform. Clinics that have the same one share its token. */
  satusehat: {
    /** OAuth2 client id. Environment of `satusehat serve`: `SATUSEHAT_CLIENT_ID`. */
    clientId: string;
    /** OAuth2 client secret. Environment of `satusehat serve`: `SATUSEHAT_CLIENT_SECRET`. */
    clientSecret: string;
    /** SATUSEHAT id of the organization. Environment of `satusehat serve`: `SATUSEHAT_ORGANIZATION_ID`. */
    organizationId: string;
  };
  /** Its poli by code; what is not here is looked up at the platform by Location identifier. */
  poli?: Record<string, PoliConfig>;
  /** Doctors whose SIP or STR the clinic knows; register-practitioner adds to them. */
  dokter?: {
    /** SATUSEHAT practitioner id. */
    id: string;
    /** 16 digits. */
    nik?: string;
    /** Surat Izin Praktik. */
    sip?: string;
    /** Surat Tanda Registrasi. */
    str?: string;
  }[];
  /** `jenis_layanan` to Encounter class. Default `{ '101': 'AMB', '102': 'IMP' }`; what is given is added. */
  jenisLayanan?: Record<string, EncounterClass>;
  /**
   * IP addresses and ranges its requests come from, e.g. `203.0.113.7`, `10.0.0.0/8`, `2001:db8::/32`; from elsewhere
   * they get IP_NOT_ALLOWED, and so does signing in to the dashboard. Behind a proxy, see `trustedProxies` of the
   * service. Default: from anywhere.
   */
  allowedAddresses?: readonly string[];
  /** How much it may ask. Default: as much as it likes, and of the platform what that allows. */
  limits?: ClinicLimits;
  /** Ways of writing that are unproven at the platform. Default: none of them. */
  switches?: Switches;
  /**
   * Where the clinic's own app is told what was sent, what failed and what was withdrawn: signed as Standard Webhooks
   * has it, repeated for three days. Default: nowhere.
   */
  webhook?: WebhookConfig;
}

/** Which Location at the platform a poli is, and what is always so there. */
export interface PoliConfig {
  /** UUID of the Location at the platform. */
  locationId: string;
  /** Its name there; sent as display. */
  nama?: string;
  /** Another id that the clinic's app may send for this poli, e.g. `HCS-100001`. */
  healthcareServiceId?: string;
  /** Only for a bed or a ward: the class that an inpatient stay there has. */
  kelasRawat?: InpatientClass;
  /** The service class of an outpatient visit there. Default: none is sent. */
  kelasLayanan?: OutpatientClass;
  /** How patients leave this poli when the visit does not say. Default: nothing is said of it. */
  caraPulang?: Disposition;
}

/** How much one clinic may ask, in requests a minute. */
export interface ClinicLimits {
  /** Requests a minute, of which all may come at once; more get RATE_LIMITED with Retry-After. */
  requestsPerMinute?: number;
  /** Requests a minute to the platform with the clinic's credential. */
  platformPerMinute?: number;
}

/** Each is unproven at the platform, and off by default. */
export interface Switches {
  /** Finish a visit on a chief complaint alone. Unproven at the platform. Default false. */
  finishOnComplaint?: boolean;
  /** POST Condition and PUT Encounter in one Bundle. Unproven at the platform. Default false. */
  bundlePut?: boolean;
  /** Send `kode_metode` as the procedure-method extension. Unproven at the platform. Default false. */
  procedureMethod?: boolean;
  /** Correct and void procedures by PUT. Unproven at the platform. Default false. */
  procedureReplace?: boolean;
}

/** A clinic at work: its configuration without what only the door needs, and its way to the platform. */
export interface Clinic
  extends Omit<ClinicConfig, 'secret' | 'satusehat' | 'active' | 'limits' | 'allowedAddresses'> {
  timeZone: string;
  organizationId: string;
  jenisLayanan: Record<string, EncounterClass>;
  platform: Platform;
}
