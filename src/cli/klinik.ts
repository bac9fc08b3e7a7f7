/** `satusehat klinik`: the clinics that are kept in the store, also while a service works on it. */
import { ClinicConfigError } from '../server/clinic-config.js';
import { type ClinicRegistry, createRegistry } from '../server/registry.js';
import { openBeside } from '../store/beside.js';
import { readText, vaultOf } from './config.js';
import { UsageError } from './usage.js';

export interface KlinikOptions {
  /** `add`, `list`, `rotate`, `retire`, `disable` or `enable`. */
  action: string | undefined;
  /** A file for `add`, a clinic's code for the others. */
  name: string | undefined;
  store: string;
  /** Whether the service that is configured here reads clinics from its store. */
  read: boolean;
  json: boolean;
}

export async function klinik({ action, name, store: address, read, json }: KlinikOptions): Promise<void> {
  const run = actions[action ?? ''];
  if (!run) throw new UsageError(`klinik: pilih salah satu dari ${Object.keys(actions).join(', ')}`);
  if (action !== 'list' && !name) {
    throw new UsageError(
      action === 'add' ? 'klinik add: sebutkan berkasnya' : `klinik ${action}: sebutkan kode kliniknya`,
    );
  }
  const vault = vaultOf();
  const store = await openBeside(address, vault, action === 'add');
  if (!store) {
    throw new UsageError(
      `belum ada penyimpanan di ${address.replace(/:[^:@/]*@/, ':***@')}: periksa --data atau SATUSEHAT_STORE`,
    );
  }
  try {
    const registry = createRegistry(store, vault, Date.now);
    if (
      action !== 'add' &&
      name !== undefined &&
      !(await registry.list()).some(({ code }) => code === name)
    ) {
      const elsewhere =
        process.env.CLINIC_CODE === name
          ? '; yang ini dari variabel CLINIC_CODE, secret-nya di CLINIC_SECRET'
          : '';
      throw new UsageError(`tidak ada klinik ${name} di penyimpanan ini${elsewhere}`);
    }
    const result = await run(registry, name ?? '').catch((error: unknown) => {
      if (error instanceof ClinicConfigError) throw new UsageError(error.indonesian, { cause: error });
      throw error;
    });
    if (result.code !== undefined) {
      const deed = {
        at: Date.now(),
        who: 'satusehat klinik',
        clinic: result.code,
        logId: null,
        detail: null,
      };
      await store.writeAudit({ ...deed, action: `clinic-${action}` });
    }
    process.stdout.write(json ? `${JSON.stringify(result.data)}\n` : `${result.text}\n`);
    if ((action === 'add' || action === 'list') && !read) {
      process.stderr.write(
        "satusehat: perhatian: layanan dengan konfigurasi di folder ini belum membaca klinik dari penyimpanan. Isi clinics: 'store', dan hapus CLINIC_CODE, CLINIC_SECRET dan SATUSEHAT_CLIENT_ID, _CLIENT_SECRET, _ORGANIZATION_ID.\n",
      );
    }
  } finally {
    await store.close();
  }
}

/** `code`: whose configuration was changed. */
type Done = { data: unknown; text: string; code?: string };

const actions: Record<string, (registry: ClinicRegistry, name: string) => Promise<Done>> = {
  async add(registry, file) {
    const config = readClinic(file);
    const { clientId, clientSecret, organizationId } = config.satusehat ?? {};
    if ([clientId, clientSecret, organizationId].some((value) => /^ISI\b/.test(String(value)))) {
      throw new UsageError(`${file}: isi dulu kredensial SATUSEHAT yang masih ISI`);
    }
    const there = (await registry.list()).find(({ code }) => code === config.code);
    await registry.put(config);
    // A new one cannot ask for anything without a secret.
    const secret = !there && config.secret === undefined ? await registry.rotate(config.code) : undefined;
    const text = there ? `Konfigurasi ${config.code} diganti.` : `Klinik ${config.code} ditambahkan.`;
    return {
      code: config.code,
      data: { code: config.code, added: !there, ...(secret ? { secret } : {}) },
      text: secret ? `${text}\n${onlyOnce(secret)}` : text,
    };
  },

  async list(registry) {
    const all = await registry.list();
    const lines = all.map(
      ({ code, active, organizationId, secrets, updatedAt }) =>
        `${code}  ${active ? 'aktif' : 'nonaktif'}  organisasi ${organizationId}  ${secrets} rahasia  ${new Date(updatedAt).toISOString()}`,
    );
    return { data: all, text: lines.join('\n') || 'Belum ada klinik.' };
  },

  async rotate(registry, code) {
    const secret = await registry.rotate(code);
    const text = `${onlyOnce(secret)}\nYang lama masih berlaku sampai: satusehat klinik retire ${code}`;
    return { code, data: { code, secret }, text };
  },

  async retire(registry, code) {
    await registry.retire(code);
    return { code, data: { code }, text: `Rahasia lama ${code} tidak berlaku lagi.` };
  },

  async disable(registry, code) {
    await registry.disable(code);
    return {
      code,
      data: { code, active: false },
      text: `${code} dinonaktifkan; yang sudah diterima tetap dikirim.`,
    };
  },

  async enable(registry, code) {
    await registry.enable(code);
    return { code, data: { code, active: true }, text: `${code} diaktifkan.` };
  },
};

const onlyOnce = (secret: string) => `Rahasia (hanya tampil sekali ini): ${secret}`;

function readClinic(file: string): Parameters<ClinicRegistry['put']>[0] {
  let config: unknown;
  try {
    config = JSON.parse(readText(file));
  } catch (cause) {
    throw new UsageError(`${file}: bukan berkas JSON yang dapat dibaca`, { cause });
  }
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new UsageError(`${file}: harus objek JSON dari satu klinik`);
  }
  return config as Parameters<ClinicRegistry['put']>[0];
}
