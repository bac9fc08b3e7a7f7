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

/** Of a database that is somewhere else, by the codes of the system and of PostgreSQL. */
const reasons: Record<string, string> = {
  ECONNREFUSED: 'PostgreSQL tidak dapat dihubungi: tidak ada yang menerima di alamat itu',
  ENOTFOUND: 'PostgreSQL tidak dapat dihubungi: nama host-nya tidak dikenal',
  EAI_AGAIN: 'PostgreSQL tidak dapat dihubungi: nama host-nya tidak dapat dicari',
  ETIMEDOUT: 'PostgreSQL tidak dapat dihubungi: tidak ada jawaban',
  ECONNRESET: 'PostgreSQL memutus sambungan',
  '28P01': 'PostgreSQL menolak pengguna atau sandinya',
  '28000': 'PostgreSQL menolak pengguna atau sandinya',
  '3D000': 'basis data itu tidak ada di PostgreSQL',
  '42501': 'pengguna PostgreSQL itu tidak boleh membuat skema atau tabel',
};

/** By the codes of the system, and of SQLite. */
const files: Record<string, string> = {
  EACCES: 'tidak diizinkan untuk pengguna ini',
  EPERM: 'tidak diizinkan untuk pengguna ini',
  EROFS: 'ada di disk yang hanya bisa dibaca',
  ENOENT: 'berkas atau foldernya tidak ada',
  EEXIST: 'sudah ada',
  ENOTDIR: 'ada berkas di tempat yang harusnya folder',
  EISDIR: 'adalah folder, bukan berkas',
  ENOSPC: 'disk penuh',
  EDQUOT: 'kuota disk habis',
  EADDRNOTAVAIL: 'alamat itu bukan milik komputer ini',
  'SQLITE 8': 'basis data hanya bisa dibaca oleh pengguna ini',
  'SQLITE 10': 'disk tidak dapat dibaca atau ditulis',
  'SQLITE 13': 'disk penuh',
  'SQLITE 14': 'basis data tidak dapat dibuka',
  'SQLITE 26': 'berkas itu bukan penyimpanan SATUSEHAT',
};

/** In one sentence. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof ClinicConfigError) return error.indonesian;
  if (error instanceof WrongKeyError) {
    return 'SATUSEHAT_ENCRYPTION_KEY bukan kunci dari penyimpanan ini. Kunci lama diisikan di SATUSEHAT_ENCRYPTION_KEY_PREVIOUS (none: dulu tanpa segel)';
  }
  if (error instanceof StoreInUseError) {
    return 'penyimpanan sedang dipakai layanan: hentikan dulu layanan itu';
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
  const reason = typeof code === 'string' ? reasons[code] : undefined;
  if (reason) return `${reason} (${code})`;
  if (code === 'EADDRINUSE') return `port ${port} sudah dipakai; pilih yang lain dengan --port`;
  const { path, errcode } = error as NodeJS.ErrnoException & { errcode?: number };
  const why = files[code ?? ''] ?? files[`SQLITE ${errcode}`];
  if (why)
    return `${path ? `${path}: ` : ''}${why} (${typeof errcode === 'number' ? `SQLITE ${errcode}` : code})`;
  return error.message;
}
