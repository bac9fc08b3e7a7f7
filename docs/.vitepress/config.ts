/** The site of the documents. A page that is in the table and not yet there is left out of the sidebar. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { slug } from 'github-slugger';
import { type DefaultTheme, defineConfig } from 'vitepress';
import { linksOut } from './links-out.js';
import { groups, type Language, reference } from './pages.js';

const docs = fileURLToPath(new URL('..', import.meta.url));
const { description, repository } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);

const folder = (language: Language) => (language === 'en' ? '' : `${language}/`);

function sidebar(language: Language): DefaultTheme.SidebarItem[] {
  const pages = groups.map((group) => ({
    text: group[language],
    items: group.pages
      .map((page) => ({ text: page[language], file: `${folder(language)}${page.file}` }))
      .filter(({ file }) => existsSync(`${docs}${file}.md`))
      .map(({ text, file }) => ({ text, link: `/${file}` })),
  }));
  const api = {
    text: reference[language],
    collapsed: true,
    items: reference.pages.map(({ file, entry }) => ({ text: entry, link: `/${file}` })),
  };
  return [...pages.filter(({ items }) => items.length > 0), api];
}

/** The first page of each group. */
function nav(language: Language): DefaultTheme.NavItem[] {
  return sidebar(language).map(({ text, items }) => ({ text: text ?? '', link: items?.[0]?.link ?? '/' }));
}

const theme = (language: Language, words: DefaultTheme.Config): DefaultTheme.Config => ({
  ...words,
  nav: nav(language),
  sidebar: sidebar(language),
});

const indonesian: DefaultTheme.Config = {
  outline: { level: [2, 3], label: 'Di halaman ini' },
  docFooter: { prev: 'Sebelumnya', next: 'Berikutnya' },
  darkModeSwitchLabel: 'Tampilan',
  lightModeSwitchTitle: 'Ganti ke tampilan terang',
  darkModeSwitchTitle: 'Ganti ke tampilan gelap',
  sidebarMenuLabel: 'Menu',
  returnToTopLabel: 'Kembali ke atas',
  langMenuLabel: 'Ganti bahasa',
  skipToContentLabel: 'Langsung ke isi',
  notFound: {
    title: 'HALAMAN TIDAK ADA',
    quote: 'Halaman ini tidak ada, atau belum diterjemahkan.',
    linkLabel: 'ke halaman depan',
    linkText: 'Ke halaman depan',
  },
};

const searchInIndonesian = {
  translations: {
    button: { buttonText: 'Cari', buttonAriaLabel: 'Cari' },
    modal: {
      displayDetails: 'Tampilkan rincian',
      resetButtonTitle: 'Kosongkan',
      backButtonTitle: 'Tutup',
      noResultsText: 'Tidak ada hasil untuk',
      footer: { selectText: 'buka', navigateText: 'pindah', closeText: 'tutup' },
    },
  },
};

export default defineConfig({
  title: 'satusehat-sdk',
  description,
  // None: without one a browser asks for /favicon.ico.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  ignoreDeadLinks: false,
  locales: {
    root: { label: 'English', lang: 'en', themeConfig: theme('en', { outline: [2, 3] }) },
    id: { label: 'Bahasa Indonesia', lang: 'id', themeConfig: theme('id', indonesian) },
  },
  themeConfig: {
    search: { provider: 'local', options: { locales: { id: searchInIndonesian } } },
  },
  markdown: {
    // The same pages are read at a git host: the same anchors, and braces that mean nothing.
    anchor: { slugify: slug },
    attrs: { disable: true },
    config: (md) => md.use(linksOut, repository),
  },
});
