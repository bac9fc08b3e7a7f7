/** What the platform's answers to writes say, in each of their shapes. */
import type { OperationOutcome, Resource } from '@medplum/fhirtypes';
import type { PlatformIssue } from '../contract/error.js';
import type { Answer } from '../http/request.js';
import { PlatformError, readIssues } from './error.js';
import type { PatientAnswer, Written } from './platform.js';

/** The resource of that type in an answer; undefined for anything else. */
export function readResource<T extends Resource>(answer: Answer, type: T['resourceType']): T | undefined {
  const resource = answer.json as T | null | undefined;
  return resource?.resourceType === type ? resource : undefined;
}

/** True when the platform keeps back what was asked for (platform facts 8.1). */
export function isSuppressed(answer: Answer): boolean {
  const outcome = readResource<OperationOutcome>(answer, 'OperationOutcome');
  return outcome?.issue?.some((issue) => issue?.code === ('suppressed' as string)) ?? false;
}

/** What an OperationOutcome says. Of any other body nothing is kept: it could be a patient. */
export function readOutcome(answer: Answer): PlatformIssue[] {
  return readResource(answer, 'OperationOutcome') ? readIssues(answer) : [];
}

/** The extras `resourceType` and `resourceID`, or the same from `location` (platform facts 7). */
export function readEntry(response: unknown): Written | undefined {
  const answer = response as { resourceType?: string; resourceID?: string; location?: string } | undefined;
  const path = /([A-Z]\w+)\/([A-Za-z0-9.-]+)(?:\/_history\/([^/]+))?$/.exec(answer?.location ?? '');
  const resourceType = answer?.resourceType ?? path?.[1];
  const id = answer?.resourceID ?? path?.[2];
  if (!resourceType || !id) return undefined;
  return { resourceType, id, ...(path?.[3] ? { versionId: path[3] } : {}) };
}

/** The several shapes of an answer to `POST /Patient`; `success` decides, not the status (platform facts 2.3). */
export function readPatientAnswer({ json, status }: Answer): PatientAnswer {
  const body = json as Record<string, unknown> | undefined;
  const create = (body?.create_patient ?? body) as
    | { success?: boolean; message?: string; data?: Record<string, unknown> }
    | undefined;
  const data = create?.data ?? {};
  const key = Object.keys(data).find((name) => /^patient[ _]?id:?$/i.test(name));
  const created = key ? data[key] : body?.resourceType === 'Patient' ? body.id : undefined;
  if (create?.success !== false && typeof created === 'string') return { created: true, id: created };
  if (create?.success === false) {
    const existing = typeof data.resourceID === 'string' ? data.resourceID : undefined;
    return { created: false, id: existing, message: create.message ?? '' };
  }
  throw new PlatformError('unsettled', { status, outcomeUnknown: true });
}
