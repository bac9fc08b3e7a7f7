/** Spans for OpenTelemetry, where the app has its API: without it, and without somebody who collects them, nothing. */
import type { Attributes, Span } from '@opentelemetry/api';
import { version } from '../../package.json';
import { isSatusehatError } from '../contract/error.js';
import type { PlatformCall } from '../platform/platform.js';

export interface Tracing {
  /**
   * Work as a span, the active one while it lasts. No id of a patient, no body: names, codes and statuses.
   *
   * @param told gets attributes that are known only at the end.
   */
  span<T>(
    name: string,
    attributes: Attributes,
    work: (told: (more: Attributes) => void) => Promise<T>,
  ): Promise<T>;
  /** A request to the platform that has ended. */
  call(call: PlatformCall): void;
}

const none: Tracing = { span: (_, __, work) => work(() => {}), call: () => {} };

export async function createTracing(): Promise<Tracing> {
  const api = await import('@opentelemetry/api').then(
    (module) => module,
    () => undefined,
  );
  if (!api) return none;
  const { SpanKind, SpanStatusCode, trace } = api;
  const tracer = trace.getTracer('satusehat-sdk', version);
  const failed = (span: Span, error: unknown) => {
    // Of an error that is not ours the message could hold anything.
    const code = isSatusehatError(error) ? error.code : error instanceof Error ? error.name : typeof error;
    span.setAttribute('error.type', code);
    span.setStatus({ code: SpanStatusCode.ERROR, message: code });
  };

  return {
    span: (name, attributes, work) =>
      tracer.startActiveSpan(name, { attributes }, async (span) => {
        try {
          return await work((more) => void span.setAttributes(more));
        } catch (error) {
          failed(span, error);
          throw error;
        } finally {
          span.end();
        }
      }),

    call({ method, type, status, milliseconds }) {
      const end = Date.now();
      const span = tracer.startSpan(`SATUSEHAT ${method} ${type}`, {
        kind: SpanKind.CLIENT,
        startTime: end - milliseconds,
        attributes: {
          'http.request.method': method,
          'satusehat.resource_type': type,
          ...(status === 0 ? {} : { 'http.response.status_code': status }),
        },
      });
      if (status === 0 || status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end(end);
    },
  };
}
