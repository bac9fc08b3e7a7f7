/** The site's pages in the order of the sidebar: file under docs/ and docs/id/, and its names. */
export type Language = 'en' | 'id';

type Named = Record<Language, string>;

interface Page extends Named {
  file: string;
}

interface Group extends Named {
  pages: readonly Page[];
}

export const groups: readonly Group[] = [
  {
    en: 'Getting started',
    id: 'Mulai',
    pages: [
      { file: 'getting-started/node', en: 'Node', id: 'Node' },
      { file: 'getting-started/browser', en: 'A page in a browser', id: 'Halaman di browser' },
      { file: 'getting-started/php', en: 'PHP', id: 'PHP' },
      { file: 'getting-started/self-host', en: 'Your own service', id: 'Layanan sendiri' },
      { file: 'getting-started/tests', en: 'Your own tests', id: 'Tes aplikasi Anda' },
      { file: 'from-the-guide', en: 'From the guide’s classes', id: 'Dari kelas panduan' },
    ],
  },
  {
    en: 'Sending',
    id: 'Mengirim',
    pages: [
      { file: 'client', en: 'The client', id: 'Klien' },
      { file: 'endpoints', en: 'Endpoints', id: 'Endpoint' },
      { file: 'errors', en: 'Errors', id: 'Error' },
      { file: 'mapping', en: 'Where each field goes', id: 'Tujuan tiap field' },
      { file: 'sandbox', en: 'The sandbox', id: 'Sandbox' },
    ],
  },
  {
    en: 'Running it',
    id: 'Menjalankan',
    pages: [
      { file: 'self-hosting', en: 'Self-hosting', id: 'Memasang sendiri' },
      { file: 'operations', en: 'Operations', id: 'Operasional' },
      { file: 'dashboard', en: 'The dashboard', id: 'Dasbor' },
      { file: 'security', en: 'Security', id: 'Keamanan' },
    ],
  },
  {
    en: 'Background',
    id: 'Latar belakang',
    pages: [
      { file: 'architecture', en: 'Architecture', id: 'Arsitektur' },
      { file: 'benchmarks', en: 'Benchmarks', id: 'Benchmark' },
      { file: 'releases', en: 'Releases', id: 'Rilis' },
      { file: 'dependencies', en: 'Dependencies', id: 'Dependensi' },
      { file: 'faq', en: 'Questions', id: 'Tanya jawab' },
    ],
  },
];

/** The API reference, made by typedoc: English only. */
export const reference: Named & { pages: readonly { file: string; entry: string }[] } = {
  en: 'API reference',
  id: 'Referensi API (Inggris)',
  pages: [
    { file: 'api/satusehat-sdk', entry: 'satusehat-sdk' },
    { file: 'api/satusehat-sdk/server', entry: 'satusehat-sdk/server' },
    { file: 'api/satusehat-sdk/fhir', entry: 'satusehat-sdk/fhir' },
    { file: 'api/satusehat-sdk/sandbox', entry: 'satusehat-sdk/sandbox' },
    { file: 'api/satusehat-sdk/testing', entry: 'satusehat-sdk/testing' },
  ],
};

/** Every page's file, without the folder of its language and without the reference. */
export const files: readonly string[] = [
  'index',
  ...groups.flatMap(({ pages }) => pages.map((page) => page.file)),
];
