/** docs/benchmarks.md, in both languages, from one run: `npm run bench -- --page`. */
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { inSigns, isMissed, type Ratio } from './compare.ts';

type Language = 'en' | 'id';
type Said = Record<Language, string>;

interface Row {
  what: Said;
  /** What somebody would take instead, and what stands below the line of the ratio. */
  instead: Said;
  /** Which side of 1 is ahead of it; absent where there is nothing to be ahead of. */
  ahead?: 'below' | 'above';
  /** Why it is not, for when it is not. */
  behind?: Said;
}

const bareFetch = {
  en: 'bare `fetch`: nothing checked, nothing repeated',
  id: '`fetch` biasa: tanpa pemeriksaan, tanpa pengulangan',
};

/** In the order of the page. */
export const rows: Record<string, Row> = {
  client_vs_fetch_c1: {
    what: {
      en: 'the client: time of a call, one at a time',
      id: 'klien: waktu satu panggilan, satu per satu',
    },
    instead: bareFetch,
    ahead: 'below',
  },
  client_vs_fetch_c16: {
    what: { en: 'the client: calls a second, 16 at once', id: 'klien: panggilan per detik, 16 sekaligus' },
    instead: bareFetch,
    ahead: 'above',
  },
  guide_vs_fetch_c1: {
    what: { en: 'the guide’s own class: time of a call', id: 'kelas dari panduan: waktu satu panggilan' },
    instead: bareFetch,
  },
  guide_vs_fetch_c16: {
    what: { en: 'the guide’s own class: calls a second', id: 'kelas dari panduan: panggilan per detik' },
    instead: bareFetch,
  },
  axios_vs_fetch_c1: {
    what: { en: 'axios: time of a call', id: 'axios: waktu satu panggilan' },
    instead: bareFetch,
  },
  axios_vs_fetch_c16: {
    what: { en: 'axios: calls a second, 16 at once', id: 'axios: panggilan per detik, 16 sekaligus' },
    instead: bareFetch,
  },
  lookups_cold_20: {
    what: {
      en: 'requests of 20 look-ups of one NIK at once, nothing known yet',
      id: 'permintaan dari 20 pencarian satu NIK sekaligus, belum ada yang dikenal',
    },
    instead: { en: '20, without a memory', id: '20, tanpa ingatan' },
  },
  lookups_1m_heap_mb: {
    what: {
      en: 'MB that a million look-ups from memory leave behind',
      id: 'MB yang tertinggal dari sejuta pencarian dari ingatan',
    },
    instead: { en: 'a `Map` that grows', id: '`Map` yang terus membesar' },
  },
  import_client: {
    what: { en: 'time to import the client', id: 'waktu mengimpor klien' },
    instead: { en: '`ofetch` and `zod/mini` alone', id: '`ofetch` dan `zod/mini` saja' },
    ahead: 'below',
  },
  import_client_ready: {
    what: {
      en: 'the same, until the first visit is checked',
      id: 'hal yang sama, sampai kunjungan pertama diperiksa',
    },
    instead: { en: 'the same two, which have checked nothing', id: 'keduanya, yang belum memeriksa apa pun' },
    ahead: 'below',
    behind: {
      en: 'The schemas of all endpoints load with the first call. It is paid once a process.',
      id: 'Skema semua endpoint dimuat pada panggilan pertama. Dibayar sekali per proses.',
    },
  },
  import_server: {
    what: { en: 'time to import the service', id: 'waktu mengimpor layanan' },
    instead: { en: '`hono` and `kysely` alone', id: '`hono` dan `kysely` saja' },
    ahead: 'below',
    behind: {
      en: 'The service is more than what it stands on: schemas, mappers, delivery. It is paid once a process.',
      id: 'Layanan lebih dari yang menjadi dasarnya: skema, pemetaan, pengiriman. Dibayar sekali per proses.',
    },
  },
  browser_first_kb: {
    what: {
      en: 'kB that a page loads before it runs (minified, brotli)',
      id: 'kB yang dimuat halaman sebelum jalan (minified, brotli)',
    },
    instead: {
      en: 'none: the guide’s class checks and repeats nothing',
      id: 'tidak ada: kelas panduan tidak memeriksa dan tidak mengulang',
    },
  },
  browser_total_kb: {
    what: { en: 'kB in all', id: 'kB seluruhnya' },
    instead: { en: 'as above', id: 'seperti di atas' },
  },
  browser_iife_kb: {
    what: { en: 'kB of the plain script', id: 'kB skrip biasa' },
    instead: { en: 'as above', id: 'seperti di atas' },
  },
  writes_per_visit: {
    what: {
      en: 'writes at the platform for the guide’s encounter',
      id: 'penulisan di platform untuk encounter dari panduan',
    },
    instead: { en: 'a request for each resource', id: 'satu permintaan untuk tiap resource' },
  },
  writes_per_kunjungan: {
    what: {
      en: 'the same for a whole `kunjungan` with two diagnoses, three observations and a procedure',
      id: 'hal yang sama untuk satu `kunjungan` utuh dengan dua diagnosis, tiga observasi dan satu prosedur',
    },
    instead: { en: 'a request for each resource', id: 'satu permintaan untuk tiap resource' },
  },
  map_vs_json: {
    what: {
      en: 'time to map an encounter with seven vital signs to FHIR',
      id: 'waktu memetakan satu encounter dengan tujuh tanda vital ke FHIR',
    },
    instead: {
      en: 'reading and writing the JSON that it becomes',
      id: 'membaca dan menulis JSON hasilnya',
    },
    ahead: 'below',
  },
  map_checked_vs_json: {
    what: { en: 'the same with the R4 check', id: 'hal yang sama dengan pemeriksaan R4' },
    instead: { en: 'the same JSON, unchecked', id: 'JSON yang sama, tanpa pemeriksaan' },
    ahead: 'below',
    behind: {
      en: 'Every element, type, code and reference is looked at before anything leaves.',
      id: 'Setiap elemen, tipe, kode dan rujukan diperiksa sebelum ada yang keluar.',
    },
  },
  accept_vs_insert: {
    what: { en: 'durable acceptances a second, on SQLite', id: 'penerimaan tahan mati per detik, di SQLite' },
    instead: {
      en: 'a bare handler that inserts the same row with the same durability, unchecked and unsealed',
      id: 'handler kosong yang menyisipkan baris yang sama dengan ketahanan yang sama, tanpa pemeriksaan dan segel',
    },
    ahead: 'above',
    behind: {
      en: 'Authentication, the check, sealing, the idempotency key and the counts of the dashboard.',
      id: 'Autentikasi, pemeriksaan, penyegelan, kunci idempotensi, dan hitungan untuk dasbor.',
    },
  },
  queue_100k_rss_mb: {
    what: {
      en: 'MB that a service grows when 100,000 visits wait instead of 1,000',
      id: 'MB pertambahan layanan bila 100.000 kunjungan menunggu, bukan 1.000',
    },
    instead: { en: 'a queue in memory', id: 'antrean di memori' },
  },
  next_due_100k_vs_1k: {
    what: {
      en: 'cost of taking the next of 100,000',
      id: 'biaya mengambil yang berikutnya dari 100.000',
    },
    instead: { en: 'the next of 1,000', id: 'yang berikutnya dari 1.000' },
  },
  deliveries_postgres_vs_sqlite: {
    what: {
      en: 'deliveries a second on PostgreSQL, one process',
      id: 'pengiriman per detik di PostgreSQL, satu proses',
    },
    instead: { en: 'on SQLite', id: 'di SQLite' },
    ahead: 'above',
    behind: {
      en: 'Each step crosses a socket, and the job is a row of its own. PostgreSQL is for many processes, not for one that is faster.',
      id: 'Setiap langkah melewati soket, dan tugasnya satu baris sendiri. PostgreSQL untuk banyak proses, bukan untuk satu proses yang lebih cepat.',
    },
  },
  dashboard_1m_vs_1k: {
    what: {
      en: 'the dashboard’s page that grows most, with a million submissions, on SQLite',
      id: 'halaman dasbor yang paling melambat, dengan sejuta kiriman, di SQLite',
    },
    instead: { en: 'with a thousand', id: 'dengan seribu' },
  },
  dashboard_1m_vs_1k_postgres: {
    what: { en: 'the same on PostgreSQL', id: 'hal yang sama di PostgreSQL' },
    instead: { en: 'with a thousand', id: 'dengan seribu' },
  },
  sandbox_transaction_vs_echo: {
    what: {
      en: 'the sandbox: time of a transaction of ten entries',
      id: 'sandbox: waktu satu transaksi sepuluh entri',
    },
    instead: { en: 'echoing the same JSON', id: 'mengembalikan JSON yang sama' },
    ahead: 'below',
    behind: {
      en: 'It checks, resolves and keeps ten resources by the platform’s rules.',
      id: 'Sandbox memeriksa, menyambungkan dan menyimpan sepuluh resource menurut aturan platform.',
    },
  },
  sandbox_search_100k_vs_100: {
    what: {
      en: 'the sandbox: a search by identifier among 100,000',
      id: 'sandbox: pencarian menurut identifier di antara 100.000',
    },
    instead: { en: 'among 100', id: 'di antara 100' },
  },
};

const words = {
  en: {
    title: '# Benchmarks',
    intro: (ran: string) =>
      `Measured by \`npm run bench -- --page\`, which writes this page: ${ran}. An absolute time would say more of the machine than of the code, so each figure is a ratio: both sides in one run, taking turns, the median of the rounds and their range. What is counted (kB, MB, requests, writes) is no ratio and says so. Run it on your own machine before you promise anything.`,
    table: '## All of them',
    head: ['what', 'beside', 'ratio', 'range', 'budget', ''],
    held: 'held',
    missed: '**missed**',
    behindTitle: '## What is not ahead',
    behindIntro:
      'Where this package costs more than what stands beside it, or where the rounds lie on both sides of 1.',
    missedTitle: '## Over budget in this run',
    nothing: 'Nothing.',
    even: 'Not in every round.',
    keys: '## Names in `npm run bench`',
    rest: 'The dashboard page by page: `node bench/dashboard.ts`; bytes on disk for a visit: `node bench/size.ts`; more than a service can take: `npm run overload` ([operations](operations.md#how-much-it-takes)).',
    date: 'en-GB',
  },
  id: {
    title: '# Benchmark',
    intro: (ran: string) =>
      `Diukur dengan \`npm run bench -- --page\`, yang menulis halaman ini: ${ran}. Waktu mutlak lebih banyak bercerita tentang mesinnya daripada kodenya, jadi setiap angka adalah rasio: kedua sisi dalam satu kali jalan, bergantian, nilai tengah dari semua putaran beserta rentangnya. Yang dihitung (kB, MB, permintaan, penulisan) bukan rasio dan disebut begitu. Jalankan di mesin Anda sendiri sebelum menjanjikan apa pun.`,
    table: '## Semuanya',
    head: ['apa', 'di samping', 'rasio', 'rentang', 'anggaran', ''],
    held: 'tercapai',
    missed: '**terlampaui**',
    behindTitle: '## Yang tidak lebih unggul',
    behindIntro:
      'Di mana paket ini lebih mahal daripada yang ada di sampingnya, atau di mana putarannya ada di kedua sisi angka 1.',
    missedTitle: '## Di luar anggaran pada pengukuran ini',
    nothing: 'Tidak ada.',
    even: 'Tidak di setiap putaran.',
    keys: '## Nama di `npm run bench`',
    rest: 'Dasbor halaman demi halaman: `node bench/dashboard.ts`; byte di disk untuk satu kunjungan: `node bench/size.ts`; lebih dari yang sanggup diterima layanan: `npm run overload` ([operasional](operations.md#seberapa-banyak-yang-diperlukan)).',
    date: 'id-ID',
  },
} as const;

/** Machine, date and versions, as they stand in the page. */
function ranOn(language: Language, now = new Date()): string {
  const [cpu] = cpus();
  const day = now.toLocaleDateString(words[language].date, {
    ...{ day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' },
  });
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${day}, ${cpus().length} × ${cpu?.model.trim()}, ${memory} GB, ${process.platform}, Node ${process.versions.node}`;
}

const figure = (value: number) => value.toFixed(2).replace(/\.00$/, '');

function standing({ range: [low, high], key }: Ratio): 'ahead' | 'even' | 'behind' | undefined {
  const side = rows[key]?.ahead;
  if (!side) return undefined;
  if (low < 1 && high > 1) return 'even';
  return high <= 1 === (side === 'below') ? 'ahead' : 'behind';
}

export function benchmarksPage(language: Language, measured: readonly Ratio[], ran: string): string {
  const say = words[language];
  const known = measured.map((ratio) => {
    const row = rows[ratio.key];
    if (!row) throw new Error(`bench/page.ts has no words for ${ratio.key}`);
    return { ratio, row };
  });
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const table = known.map(({ ratio, row }) => {
    const [low, high] = ratio.range;
    return line([
      row.what[language],
      row.instead[language],
      figure(ratio.ratio),
      low === high ? '' : `${figure(low)} – ${figure(high)}`,
      inSigns(ratio.budget, ['≤', '≥']),
      ratio.budget ? (isMissed(ratio) ? say.missed : say.held) : '',
    ]);
  });
  const behind = known.flatMap(({ ratio, row }) => {
    const stands = standing(ratio);
    if (stands === undefined || stands === 'ahead') return [];
    const why = stands === 'even' ? say.even : (row.behind?.[language] ?? '');
    return [`- ${row.what[language]}: ${figure(ratio.ratio)}. ${why}`.trim()];
  });
  const missed = known.filter(({ ratio }) => isMissed(ratio)).map(({ row }) => `- ${row.what[language]}`);
  const keys = known.map(({ ratio, row }) => line([`\`${ratio.key}\``, row.what[language]]));
  return `${[
    say.title,
    say.intro(ran),
    say.table,
    [line(say.head), line(say.head.map(() => '---')), ...table].join('\n'),
    say.missedTitle,
    missed.join('\n') || say.nothing,
    say.behindTitle,
    say.behindIntro,
    behind.join('\n') || say.nothing,
    say.keys,
    [line(['', '']), line(['---', '---']), ...keys].join('\n'),
    say.rest,
  ].join('\n\n')}\n`;
}

export function writePages(measured: readonly Ratio[]): void {
  for (const language of ['en', 'id'] as const) {
    const file = fileURLToPath(
      new URL(`../docs/${language === 'id' ? 'id/' : ''}benchmarks.md`, import.meta.url),
    );
    writeFileSync(file, benchmarksPage(language, measured, ranOn(language)));
  }
}
