/** Lines of the log on stderr, a JSON object each. What a line may hold is an allow-list: `server/log.ts`. */
import pino from 'pino';
import type { Logger, LogLine } from '../server/log.js';
import { UsageError } from './usage.js';

const LEVELS = ['error', 'warn', 'info', 'silent'] as const;
type Level = (typeof LEVELS)[number];

/** @param level from `SATUSEHAT_LOG_LEVEL`; default `info`. */
export function createLog(level: string | undefined = process.env.SATUSEHAT_LOG_LEVEL): Logger {
  const least = (level || 'info') as Level;
  if (!LEVELS.includes(least)) {
    throw new UsageError(`SATUSEHAT_LOG_LEVEL: pilih salah satu dari ${LEVELS.join(', ')}`);
  }
  // At once: the last lines before a crash are those that matter.
  const lines = pino.destination({ dest: 2, sync: true });
  // A disk that is full, or nobody who reads any more: the service goes on without its log.
  lines.on('error', () => {});
  const logger = pino(
    {
      base: null,
      level: least,
      timestamp: false,
      formatters: { level: (label) => ({ level: label }) },
    },
    lines,
  );
  return ({ time, ...line }) => logger[levelOf(line)]({ time: new Date(time).toISOString(), ...line });
}

function levelOf({ event, status = 0, state }: Omit<LogLine, 'time'>): Exclude<Level, 'silent'> {
  if (event === 'bug') return 'error';
  if (event === 'unsealed' || status >= 500) return 'warn';
  return state === 'waiting' || state === 'failed' ? 'warn' : 'info';
}
