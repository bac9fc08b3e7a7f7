/** How identities look, in ids and in texts. */

/** As the platform's ids are, but for those of people. */
export function isUuid(value: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
}

/** A text of somebody else's without a NIK. */
export function maskNik(text: string): string {
  return text.replace(/\d{16}/g, '################');
}
