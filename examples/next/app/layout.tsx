import type { ReactNode } from 'react';

export const metadata = { title: 'Kirim kunjungan' };

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="id">
      <body>{children}</body>
    </html>
  );
}
