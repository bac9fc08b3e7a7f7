/** The token endpoint with its quirks (platform facts 1.2 to 1.4). */
import { Refusal } from './outcome.js';

const REST = 60_000;

/** One OAuth2 client belongs to exactly one organization. */
export interface Credential {
  /** OAuth2 client id. */
  clientId: string;
  /** OAuth2 client secret. */
  clientSecret: string;
  /** The organization it belongs to. */
  organizationId: string;
}

export class TokenOffice {
  readonly #tokens = new Map<string, { until: number; organizationId: string }>();
  readonly #restingUntil = new Map<string, number>();
  /** Tokens given out since the last reset of the books. */
  issued = 0;

  constructor(
    private readonly now: () => number,
    private readonly nextId: () => string,
    /** Seconds. */
    private readonly lifetime: number,
    private readonly credentials: readonly Credential[],
  ) {}

  /** @param form the body, which holds id and secret. */
  issue(query: URLSearchParams, form: URLSearchParams): Record<string, unknown> {
    const clientId = form.get('client_id') ?? '';
    if (this.now() < (this.#restingUntil.get(clientId) ?? 0)) {
      throw new Refusal(429, [], {
        resourceType: 'OperationOutcome',
        issue: [
          {
            severity: 'transient',
            code: 'throttled',
            details: {
              text: 'Authentication temporarily cannot be performed due to the rate limit policy. Rate limit: 1 request per minute after a failed attempt.',
            },
          },
        ],
      });
    }
    const credential = this.credentials.find(
      (one) => one.clientId === clientId && one.clientSecret === form.get('client_secret'),
    );
    if (!credential || query.get('grant_type') !== 'client_credentials') {
      this.#restingUntil.set(clientId, this.now() + REST);
      throw new Refusal(401, [], {
        resourceType: 'OperationOutcome',
        issue: [
          {
            // Swapped, as the platform has them.
            severity: 'invalid',
            code: 'value',
            details: {
              text: 'The user or system was not able to be authenticated (either client_id or client_secret combination is unacceptable)',
            },
          },
        ],
      });
    }
    const token = this.nextId().replaceAll('-', '');
    const { organizationId } = credential;
    this.#tokens.set(token, { until: this.now() + this.lifetime * 1000, organizationId });
    this.issued++;
    return {
      refresh_token_expires_in: '0',
      api_product_list: '[api-sandbox]',
      api_product_list_json: ['api-sandbox'],
      organization_name: 'ihs-prod-1',
      'developer.email': 'sandbox@example.com',
      token_type: 'BearerToken',
      issued_at: String(this.now()),
      client_id: clientId,
      access_token: token,
      application_name: 'sandbox',
      scope: '',
      expires_in: String(this.lifetime),
      refresh_count: '0',
      status: 'approved',
    };
  }

  /**
   * @returns the organization the token belongs to.
   * @throws Refusal 401 without a valid bearer token.
   */
  check(authorization: string | null): string {
    const known = this.#tokens.get(readToken(authorization));
    if (known && this.now() < known.until) return known.organizationId;
    throw new Refusal(401, [], {
      resourceType: 'OperationOutcome',
      issue: [
        { severity: 'error', code: 'invalid-access-token', details: { text: 'Invalid Access Token.' } },
      ],
    });
  }

  revoke(authorization: string | null): void {
    this.#tokens.delete(readToken(authorization));
  }
}

function readToken(authorization: string | null): string {
  return /^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? '';
}
