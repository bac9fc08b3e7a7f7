/** What ended a command, in the words of who typed it, or as JSON for the program that did. */
import { isSatusehatError } from '../contract/error.js';
import { ClinicConfigError } from '../server/clinic-config.js';
import { WrongKeyError } from '../store/settings.js';
import { StoreDamagedError } from '../store/sqlite.js';
import { StoreInUseError, StoreMovedError } from '../store/store.js';
import { UsageError } from './usage.js';

/** Writes it on stderr. @returns the exit code. */
export function complain(error: unknown, json: boolean): number {
  const usage = error instanceof UsageError;
  const remedy = usage ? 'Lihat: satusehat --help' : isSatusehatError(error) ? error.remedy : undefined;
  const message = explain(error);
  if (json) {
    const code = usage ? 'USAGE' : isSatusehatError(error) ? error.code : 'FAILED';
    process.stderr.write(`${JSON.stringify({ error: { code, message, remedy } })}\n`);
  } else if (isSatusehatError(error)) {
    process.stderr.write(`satusehat: ${error.code}: ${message} ${remedy}\n`);
  } else process.stderr.write(`satusehat: ${message}\n${remedy ? `${remedy}\n` : ''}`);
  return usage ? 2 : 1;
}

/** In one sentence. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof ClinicConfigError) return error.indonesian;
  if (error instanceof WrongKeyError) {
    return 'SATUSEHAT_ENCRYPTION_KEY bukan kunci dari penyimpanan ini. Kunci lama diisikan di SATUSEHAT_ENCRYPTION_KEY_PREVIOUS (none: dulu tanpa segel)';
  }
  if (error instanceof StoreInUseError) {
    return 'penyimpanan sedang dipakai layanan: hentikan dulu; satu berkas SQLite hanya untuk satu proses';
  }
  if (error instanceof StoreMovedError) {
    const [, to] = /moved to (.+)\.$/.exec(error.message) ?? [];
    return to
      ? `penyimpanan ini sudah dipindahkan ke ${to}`
      : 'pemindahan penyimpanan ini terputus: ulangi satusehat migrate';
  }
  if (error instanceof StoreDamagedError) {
    return `penyimpanan rusak: simpan berkasnya, lalu pulihkan cadangan terakhir di sampingnya (${error.message})`;
  }
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `port ${port} sudah dipakai; pilih yang lain dengan --port`;
  if (code === 'EACCES') return `tidak diizinkan: ${error.message}`;
  return error.message;
}
