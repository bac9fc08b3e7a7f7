/** The token endpoint with its quirks (platform facts 1.2 to 1.4). */
import { Refusal } from './outcome.js';
import { sandboxCredential } from './seed.js';

const REST = 60_000;

export class TokenOffice {
  readonly #tokens = new Map<string, number>();
  readonly #restingUntil = new Map<string, number>();
  /** Tokens given out since the last reset of the books. */
  issued = 0;

  constructor(
    private readonly now: () => number,
    /** Seconds. */
    private readonly lifetime: number,
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
    const right =
      query.get('grant_type') === 'client_credentials' &&
      clientId === sandboxCredential.clientId &&
      form.get('client_secret') === sandboxCredential.clientSecret;
    if (!right) {
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
    const token = crypto.randomUUID().replaceAll('-', '');
    this.#tokens.set(token, this.now() + this.lifetime * 1000);
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

  /** @throws Refusal 401 without a valid bearer token. */
  check(authorization: string | null): void {
    const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? '';
    if (this.now() < (this.#tokens.get(token) ?? 0)) return;
    throw new Refusal(401, [], {
      resourceType: 'OperationOutcome',
      issue: [
        { severity: 'error', code: 'invalid-access-token', details: { text: 'Invalid Access Token.' } },
      ],
    });
  }
}
