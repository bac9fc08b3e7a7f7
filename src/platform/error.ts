import type { PlatformIssue } from '../contract/error.js';
import { maskNik } from '../contract/identity.js';
import type { Answer } from '../http/request.js';

/**
 * Kinds of failure at the platform:
 *
 * - `refused`: the data must change before it is sent again, or is not ours to see
 * - `not-found`: HTTP 404
 * - `credentials`: the clinic's SATUSEHAT credential was refused
 * - `throttled`: HTTP 429, or a rest the platform asked for that outlasts the deadline
 * - `unavailable`: network, 5xx, or an answer that is not the platform's, such as a redirect
 * - `timeout`: no whole answer in time, or no turn
 * - `unsettled`: a 2xx that does not say what was written, or what is there
 */
export type PlatformFailure =
  | 'refused'
  | 'not-found'
  | 'credentials'
  | 'throttled'
  | 'unavailable'
  | 'timeout'
  | 'unsettled';

/** What the national platform answered, or that it did not. Its message never holds patient data. */
export class PlatformError extends Error {
  override readonly name = 'PlatformError';
  /** @param failure what kind it is. @param more what is known of it. */
  constructor(
    readonly failure: PlatformFailure,
    readonly more: {
      /** HTTP status; absent when nothing answered. */
      status?: number | undefined;
      /** The platform's own words. */
      issues?: PlatformIssue[];
      /** Of a read: the platform says nothing of it. Somebody else's, or not to be told right now. */
      suppressed?: boolean | undefined;
      /** The platform's x-request-id, for its helpdesk. */
      requestId?: string | undefined;
      /** Seconds to wait. */
      retryAfter?: number | undefined;
      /** Of a write: true when it may have happened, false when it certainly did not. Absent for reads. */
      outcomeUnknown?: boolean | undefined;
    } = {},
  ) {
    super(`${failure}${more.status ? ` (HTTP ${more.status})` : ''}`);
  }
}

/** Reads the four error shapes: OperationOutcome, Apigee fault, ErrorCode/Error, and anything else. */
export function readIssues(answer: Answer): PlatformIssue[] {
  const json = answer.json as Record<string, unknown> | null | undefined;
  if (Array.isArray(json?.issue)) {
    const seen = new Set<string>();
    return json.issue.flatMap((issue: Outcome | null) => {
      const text = maskNik(
        [issue?.details?.text, issue?.diagnostics].filter(Boolean).join(': ') || String(issue?.code ?? ''),
      );
      const expression = issue?.expression?.[0];
      const key = `${text} ${expression}`;
      if (seen.has(key)) return [];
      seen.add(key);
      const rule = /Rule ?(?:Number)?:? ?(\d{5})/.exec(text)?.[1];
      return [{ text, ...(rule ? { rule } : {}), ...(expression ? { expression } : {}) }];
    });
  }
  const fault = (json?.fault as { faultstring?: unknown } | undefined)?.faultstring;
  const words = fault ?? json?.Error ?? json?.message;
  if (typeof words === 'string') return [{ text: maskNik(words) }];
  // Masked before it is cut: a part of a NIK is no longer known for one.
  const text = maskNik(answer.text.replace(/<[^>]*>/g, ' '));
  return text.trim() ? [{ text: text.replace(/\s+/g, ' ').trim().slice(0, 200) }] : [];
}

interface Outcome {
  code?: string;
  details?: { text?: string };
  diagnostics?: string;
  expression?: string[];
}
