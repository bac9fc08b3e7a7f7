import type { NextConfig } from 'next';

export default {
  // Loaded by Node as it is, not bundled.
  serverExternalPackages: ['satusehat-sdk'],
} satisfies NextConfig;
