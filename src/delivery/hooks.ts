/** Tells clinics what became of their submissions: calls are kept on disk with the change, and repeated. */
import type { FetchLike } from '../http/request.js';
import type { Also, Change, Hook, Store, Submission } from '../store/store.js';
import { UnreadableError } from './heart.js';
import { callWebhook, nextCall, type WebhookConfig } from './webhook.js';

/** The states a clinic is told of. */
const TOLD: readonly string[] = ['sent', 'failed', 'void'];

/** The call for a change, in the words of the wire; undefined for a change that nobody is told of. */
export function hookFor(
  { logId, clinic, endpoint, attempts }: Submission,
  { state, result, error }: Change,
  now: number,
): Also['hook'] {
  if (state === undefined || !TOLD.includes(state)) return undefined;
  const data = {
    log_id: logId,
    endpoint,
    state,
    ...(result && state === 'sent'
      ? { id: result.id, encounter_id: result.encounterId, pasien_id: result.patientId }
      : {}),
    ...(error && state === 'failed'
      ? { code: error.code, message: error.message, remedy: error.remedy }
      : {}),
  };
  const body = JSON.stringify({ type: `submission.${state}`, timestamp: new Date(now).toISOString(), data });
  // Tried again after a failure, it may fail once more: that is another message.
  return { id: `${logId}.${state}.${attempts}`, clinic, body };
}

export interface HookOptions {
  store: Store;
  /** Where a clinic wants to be told; undefined when it does not, or not any more. */
  webhookOf(clinic: string): Promise<WebhookConfig | undefined>;
  now: () => number;
  random?: () => number;
  fetch: FetchLike | undefined;
  onBug(error: unknown): void;
}

export interface Hooks {
  /** Looks for what is due now, and sets the alarm for what falls due later. */
  wake(): void;
  /** Makes no more calls, and waits for those under way. */
  stop(): Promise<void>;
}

/** Calls at a time. */
const AT_ONCE = 20;
/** Milliseconds after which a call whose caller died is somebody else's. */
const CLAIM = 60_000;
const LONGEST_SLEEP = 60_000;
/** Milliseconds. A call that cannot be read is looked at again only so often. */
const UNREADABLE = 3_600_000;

export function createHooks({
  store,
  webhookOf,
  now,
  random = Math.random,
  fetch,
  onBug,
}: HookOptions): Hooks {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let working: Promise<void> | undefined;
  let again = false;
  let stopped = false;

  async function one({ id, clinic, body, attempts }: Hook): Promise<void> {
    if (body === undefined) {
      await store.settleHook(id, { attempts, nextTry: now() + UNREADABLE });
      throw new UnreadableError('unreadable');
    }
    const webhook = await webhookOf(clinic);
    const result = webhook ? await callWebhook(webhook, { id, body }, now(), fetch) : 'gone';
    const tried = attempts + 1;
    const nextTry = result === 'failed' ? nextCall(tried, now(), random()) : undefined;
    await store.settleHook(id, nextTry === undefined ? undefined : { attempts: tried, nextTry });
  }

  async function work(): Promise<void> {
    do {
      again = false;
      for (;;) {
        const calls = stopped ? [] : await store.claimHooks(now(), now() + CLAIM, AT_ONCE);
        if (calls.length === 0) break;
        await Promise.all(calls.map((call) => one(call).catch(onBug)));
      }
    } while (again && !stopped);
  }

  /** Also with nothing in sight: another process may die and leave its calls. */
  async function arm(): Promise<void> {
    const at = await store.nextHook().catch((error) => {
      onBug(error);
      return undefined;
    });
    if (stopped) return;
    clearTimeout(timer);
    timer = setTimeout(wake, Math.min(LONGEST_SLEEP, Math.max(0, (at ?? Number.POSITIVE_INFINITY) - now())));
    timer.unref?.();
  }

  function wake(): void {
    if (stopped) return;
    again = true;
    working ??= work()
      .catch(onBug)
      .then(arm)
      .finally(() => {
        working = undefined;
        if (again) wake();
      });
  }

  return {
    wake,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await working;
    },
  };
}
