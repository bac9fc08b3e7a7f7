/** `satusehat password`: the hash that goes into SATUSEHAT_DASHBOARD_PASSWORD. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { hashPassword } from '../dashboard/password.js';
import { UsageError } from './usage.js';

/** Asks twice at a terminal, without showing it; reads a line from a pipe. Never from the command line, which others see. */
export async function password(json: boolean): Promise<void> {
  const { stdin, stdout } = process;
  const terminal = stdin.isTTY ?? false;
  const say = (text: string) => terminal && process.stderr.write(text);
  // What is typed shows nowhere.
  const mute = new Writable({ write: (_, __, done) => done() });
  const reader = createInterface({ input: stdin, output: mute, terminal });
  const lines = reader[Symbol.asyncIterator]();
  const ask = async (question: string) => {
    say(question);
    const { value = '' } = await lines.next();
    say('\n');
    return String(value);
  };
  try {
    const first = await ask('Sandi pengelola dasbor (paling sedikit 10 karakter): ');
    if (terminal && first !== (await ask('Sekali lagi: '))) throw new UsageError('kedua sandi tidak sama');
    const hash = await hashPassword(first).catch(() => {
      throw new UsageError('sandi paling sedikit 10 karakter');
    });
    say('Isikan ini ke SATUSEHAT_DASHBOARD_PASSWORD:\n');
    stdout.write(json ? `${JSON.stringify({ hash })}\n` : `${hash}\n`);
  } finally {
    reader.close();
  }
}
