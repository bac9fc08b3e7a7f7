import { createPlatform } from 'satusehat-sdk/server';

const { env } = process;
const platform = createPlatform({
  env: env.SATUSEHAT_ENV, // staging, production, or an address
  clientId: env.SATUSEHAT_CLIENT_ID,
  clientSecret: env.SATUSEHAT_CLIENT_SECRET,
  organizationId: env.SATUSEHAT_ORGANIZATION_ID,
});
const [poli] = await platform.search('Location', { name: process.argv[2] });
console.log(poli?.id ?? 'tidak ditemukan');
