/**
 * Whether another site's page asks: by what browsers say of a request themselves, and no page can change.
 *
 * @param origins others that may.
 */
export function isCrossSite({ url, headers }: Request, origins: readonly string[] = []): boolean {
  const origin = headers.get('origin');
  if (origin !== null && origins.includes(origin)) return false;
  const site = headers.get('sec-fetch-site') ?? 'none';
  if (site !== 'same-origin' && site !== 'none') return true;
  // By the host alone: before a proxy that ends TLS the schemes differ.
  return origin !== null && (!URL.canParse(origin) || new URL(origin).host !== new URL(url).host);
}
