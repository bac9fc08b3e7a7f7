/** The files that pages load, each under a name that changes with its contents. */
import { createHash } from 'node:crypto';
import { script } from './script.js';
import { style } from './style.js';

export interface Asset {
  name: string;
  type: string;
  text: string;
}

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0f766e"/><path d="M14 7h4v7h7v4h-7v7h-4v-7H7v-4h7z" fill="#fff"/></svg>`;

function asset(name: string, type: string, text: string): Asset {
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return { name: name.replace('.', `-${digest}.`), type, text };
}

export const assets = {
  style: asset('gaya.css', 'text/css', style),
  script: asset('dasbor.js', 'text/javascript', script),
  icon: asset('ikon.svg', 'image/svg+xml', icon),
};
