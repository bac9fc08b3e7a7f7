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
    readonly body?: unknown,
  ) {
    super('refused');
  }
}

export function outcome(issues: Issue[]): Record<string, unknown> {
  return {
    resourceType: 'OperationOutcome',
    text: { status: 'generated' },
    issue: issues.map(({ code, text, diagnostics, expression }) => ({
      severity: 'error',
      code,
      details: { text },
      ...(diagnostics ? { diagnostics } : {}),
      ...(expression ? { expression: [expression] } : {}),
    })),
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
