/** What the service answers. Loose: a field or a word that this version does not know is kept, never refused. */
import * as z from 'zod/mini';

const warnings = z.optional(z.array(z.string()));

/** Answer to encounter, diagnosis, observation, procedure and kunjungan. */
export const SendResponse = z.looseObject({
  /** `success`, or `queued` (202) when the encounter is accepted and not yet at the platform. */
  status: z.string(),
  log_id: z.optional(z.string()),
  message: z.optional(z.string()),
  /** The platform's id of what was sent: of the Encounter, for an encounter. */
  id: z.optional(z.string()),
  satusehat_id: z.optional(z.string()),
  encounter_id: z.optional(z.string()),
  pasien_id: z.optional(z.string()),
  data: z.optional(
    z.looseObject({
      /** `sent` when it is at the platform, `queued` when the service still has to deliver it. */
      delivery: z.optional(z.string()),
      /** Warnings: accepted, but worth a look. */
      peringatan: warnings,
      /** Everything that was written, in the order of the Bundle. */
      resources: z.optional(
        z.array(
          z.looseObject({ resourceType: z.string(), id: z.string(), identifier: z.optional(z.string()) }),
        ),
      ),
    }),
  ),
});

/** Answer to the three look-ups. */
export const LookupResponse = z.looseObject({
  status: z.string(),
  satusehat_id: z.string(),
  message: z.optional(z.string()),
  data: z.optional(z.looseObject({ satusehat_id: z.optional(z.string()), peringatan: warnings })),
});

/** Answer to the two registrations. */
export const RegisterResponse = z.looseObject({
  status: z.string(),
  id: z.string(),
  satusehat_id: z.optional(z.string()),
  message: z.optional(z.string()),
  data: z.optional(z.looseObject({ id: z.optional(z.string()), peringatan: warnings })),
});

/** Answer to `GET /api/log/{log_id}`. */
export const LogResponse = z.looseObject({
  status: z.string(),
  log_id: z.string(),
  message: z.optional(z.string()),
  data: z.looseObject({
    endpoint: z.string(),
    /** `queued`, `sending`, `waiting`, `held`, `sent`, `failed` or `void`. */
    state: z.string(),
    attempts: z.array(z.looseObject({ at: z.string(), outcome: z.string(), code: z.optional(z.string()) })),
    next_try_at: z.optional(z.string()),
  }),
});

/** Answer to `GET /api/log`: newest first. */
export const LogListResponse = z.looseObject({
  status: z.string(),
  data: z.looseObject({
    items: z.array(
      z.looseObject({
        log_id: z.string(),
        endpoint: z.string(),
        state: z.string(),
        attempts: z.number(),
        created_at: z.string(),
        updated_at: z.string(),
        next_try_at: z.optional(z.string()),
        /** Code of the last error. */
        code: z.optional(z.string()),
      }),
    ),
    /** For the next page; absent on the last. */
    kursor: z.optional(z.string()),
  }),
});

export const HealthResponse = z.looseObject({ status: z.string() });
/** For answers whose form belongs to another standard (OpenAPI, Prometheus, HTML). */
export const AnyResponse = z.unknown();
