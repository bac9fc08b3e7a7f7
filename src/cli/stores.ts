/** `satusehat backup` and `satusehat migrate`. */
import { join } from 'node:path';
import { backupStore, MoveError, moveStore } from '../store/move.js';
import { UsageError } from './usage.js';

export function storeIn(folder: string): string {
  return `sqlite:${join(folder, 'satusehat.db')}`;
}

export async function backup(file: string, store: string, json: boolean): Promise<void> {
  const { submissions } = await explained(backupStore(store, file));
  if (json) process.stdout.write(`${JSON.stringify({ file, submissions })}\n`);
  else process.stdout.write(`Cadangan ditulis ke ${file}: ${submissions} kiriman.\n`);
}

export async function migrate(from: string, to: string, json: boolean): Promise<void> {
  const { submissions, already } = await explained(moveStore(from, to));
  if (json) {
    process.stdout.write(`${JSON.stringify({ submissions, already })}\n`);
    return;
  }
  process.stdout.write(
    already
      ? `Sudah dipindahkan sebelumnya; ke-${submissions} kiriman ada di tujuan.\n`
      : `Dipindahkan: ${submissions} kiriman. Jalankan layanan dengan penyimpanan yang baru.\n`,
  );
}

const reasons: Record<MoveError['reason'], string> = {
  address: 'penyimpanan ditulis sqlite:BERKAS atau postgres://PENGGUNA:SANDI@HOST/BASISDATA',
  absent: 'penyimpanan asal tidak ada, atau belum pernah dipakai layanan',
  occupied: 'tujuan sudah ada isinya; pilih yang lain, tidak ada yang ditimpa',
  same: 'asal dan tujuan sama',
};

/** In the words of the operator. */
async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof MoveError) throw new UsageError(reasons[error.reason], { cause: error });
    throw error;
  }
}
