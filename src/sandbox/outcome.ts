/** The platform's refusals, in its own two families of words (platform facts 8). */

export interface Issue {
  code: string;
  text: string;
  diagnostics?: string;
  expression?: string;
}

/** A refusal on its way out. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly issues: Issue[],
    /** Instead of an OperationOutcome. */
    readonly body?: unknown,
    /** Resources written all the same. */
    readonly written = 0,
  ) {
    super('refused');
  }
}

/** A rule of the ministry's processor says so in `text`; the FHIR store's own outcomes have no such member. */
export function outcome(issues: Issue[]): Record<string, unknown> {
  const processor = issues.some(({ diagnostics, code }) => diagnostics === undefined && code !== 'forbidden');
  return {
    resourceType: 'OperationOutcome',
    ...(processor ? { text: { status: 'generated' } } : {}),
    issue: issues.map(({ code, text, diagnostics, expression }) => ({
      severity: 'error',
      code,
      details: { text },
      ...(diagnostics ? { diagnostics } : {}),
      ...(expression ? { expression: [expression] } : {}),
    })),
  };
}

/** A 2xx that holds no resource. */
export function suppressed(diagnostics?: string): Record<string, unknown> {
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'information',
        code: 'suppressed',
        details: { text: 'The operation did not return any information due to consent or privacy rules.' },
        ...(diagnostics ? { diagnostics } : {}),
      },
    ],
  };
}

/** A rule of the ministry's processor. */
export function rule(number: string, text: string, expression: string, code = 'value'): Issue {
  return { code, text: `${text} (RuleNumber: ${number})`, expression };
}

/** The FHIR store's own words. */
export function storeIssue(code: string, text: string, diagnostics: string, expression?: string): Issue {
  return { code, text, diagnostics, ...(expression ? { expression } : {}) };
}

export const BUSINESS_RULE: Issue = {
  code: 'forbidden',
  text: 'Operation cannot be performed due to business rules, consent or privacy rules, or access permission constraints.',
};
