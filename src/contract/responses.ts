/** What the service answers. Loose: a field or a word that this version does not know is kept, never refused. */
import * as z from 'zod/mini';

const warnings = z.optional(z.array(z.string()));

/** Answer to encounter, diagnosis, observation, procedure and kunjungan. */
export const SendResponse = z.looseObject({
  /** `success`, or `queued` (202) when the encounter is accepted and not yet at the platform. */
  status: z.string(),
  /** The number under which the service keeps it. Good wherever an `encounter_id` is. */
  log_id: z.optional(z.string()),
  /** A sentence for people, in Indonesian. */
  message: z.optional(z.string()),
  /** The platform's id of what was sent: of the Encounter, for an encounter. */
  id: z.optional(z.string()),
  /** The same as `id`. */
  satusehat_id: z.optional(z.string()),
  /** The platform's id of the Encounter it belongs to. */
  encounter_id: z.optional(z.string()),
  /** The patient's SATUSEHAT id. */
  pasien_id: z.optional(z.string()),
  /** The same ids, and what else is known. */
  data: z.optional(
    z.looseObject({
      /** `sent` when it is at the platform, `queued` when the service still has to deliver it. */
      delivery: z.optional(z.string()),
      /** Warnings: accepted, but worth a look. */
      peringatan: warnings,
      /** Everything that was written, in the order of the Bundle. */
      resources: z.optional(
        z.array(
          z.looseObject({
            /** FHIR type, e.g. `Observation`. */
            resourceType: z.string(),
            /** Its id at the platform. */
            id: z.string(),
            /** Value of its identifier. */
            identifier: z.optional(z.string()),
          }),
        ),
      ),
    }),
  ),
});

/** Answer to the three look-ups. */
export const LookupResponse = z.looseObject({
  /** `success`. */
  status: z.string(),
  /** The id that was asked for. */
  satusehat_id: z.string(),
  /** A sentence for people, in Indonesian. */
  message: z.optional(z.string()),
  /** The same id, and what else is known. */
  data: z.optional(
    z.looseObject({
      /** As at the top. */
      satusehat_id: z.optional(z.string()),
      /** Warnings: answered, but worth a look. */
      peringatan: warnings,
    }),
  ),
});

/** Answer to the two registrations. */
export const RegisterResponse = z.looseObject({
  /** `success`. */
  status: z.string(),
  /** The person's SATUSEHAT id. */
  id: z.string(),
  /** The same as `id`. */
  satusehat_id: z.optional(z.string()),
  /** A sentence for people, in Indonesian. */
  message: z.optional(z.string()),
  /** The same id, and what else is known. */
  data: z.optional(
    z.looseObject({
      /** As at the top. */
      id: z.optional(z.string()),
      /** Warnings: answered, but worth a look. */
      peringatan: warnings,
    }),
  ),
});

/** Answer to `GET /api/log/{log_id}`. */
export const LogResponse = z.looseObject({
  /** `success`: the question was answered, whatever became of the submission. */
  status: z.string(),
  /** The number that was asked about. */
  log_id: z.string(),
  /** The state as a sentence, in Indonesian. */
  message: z.optional(z.string()),
  /** What became of it. Once it is sent also `encounter_id`, `pasien_id`, `resources`; `error` when it went wrong. */
  data: z.looseObject({
    /** What was sent, e.g. `kirimEncounter`. */
    endpoint: z.string(),
    /** `queued`, `sending`, `waiting`, `held`, `sent`, `failed` or `void`. */
    state: z.string(),
    /** Every time that delivery was tried, oldest first. */
    attempts: z.array(
      z.looseObject({
        /** When it ended, ISO 8601. */
        at: z.string(),
        /** The state it led to. */
        outcome: z.string(),
        /** Code of the error, when there was one. */
        code: z.optional(z.string()),
      }),
    ),
    /** When it is tried again, ISO 8601; absent when nothing is due. */
    next_try_at: z.optional(z.string()),
  }),
});

/** Answer to `GET /api/log`: newest first. */
export const LogListResponse = z.looseObject({
  /** `success`. */
  status: z.string(),
  /** One page. */
  data: z.looseObject({
    /** Submissions, newest first. */
    items: z.array(
      z.looseObject({
        /** The number under which the service keeps it. */
        log_id: z.string(),
        /** What was sent, e.g. `kirimEncounter`. */
        endpoint: z.string(),
        /** `queued`, `sending`, `waiting`, `held`, `sent`, `failed` or `void`. */
        state: z.string(),
        /** How often delivery was tried. */
        attempts: z.number(),
        /** When it was accepted, ISO 8601. */
        created_at: z.string(),
        /** When its state changed last, ISO 8601. */
        updated_at: z.string(),
        /** When it is tried again, ISO 8601; absent when nothing is due. */
        next_try_at: z.optional(z.string()),
        /** Code of the last error. */
        code: z.optional(z.string()),
      }),
    ),
    /** For the next page; absent on the last. */
    kursor: z.optional(z.string()),
  }),
});

/** Answer to `/healthz` and `/readyz`. */
export const HealthResponse = z.looseObject({
  /** `ok`. */
  status: z.string(),
});
/** For answers whose form belongs to another standard (OpenAPI, Prometheus, HTML). */
export const AnyResponse = z.unknown();
