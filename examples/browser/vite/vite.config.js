import { defineConfig, loadEnv } from 'vite';

export default defineConfig(({ mode, command }) => {
  // Of .env and the environment, for this file alone. Never name the secret VITE_…: that goes into the page.
  const { SATUSEHAT_BASE_URL, CLINIC_CODE, CLINIC_SECRET, PORT } = loadEnv(mode, process.cwd(), '');
  if (command === 'serve' && (!SATUSEHAT_BASE_URL || !CLINIC_CODE || !CLINIC_SECRET)) {
    throw new Error('Isi SATUSEHAT_BASE_URL, CLINIC_CODE dan CLINIC_SECRET di .env');
  }
  const proxy = {
    '/satusehat/api': {
      target: SATUSEHAT_BASE_URL,
      changeOrigin: true,
      rewrite: (path) => path.replace('/satusehat', ''),
      headers: { 'X-Clinic-Code': CLINIC_CODE, 'X-Clinic-Secret': CLINIC_SECRET },
    },
  };
  // This machine alone: whoever reaches the proxy sends visits of the clinic.
  const host = '127.0.0.1';
  const port = PORT ? Number(PORT) : undefined;
  return { server: { host, port, proxy }, preview: { host, port, proxy } };
});
