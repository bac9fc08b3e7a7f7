/** Comma-separated values that a spreadsheet opens as they are meant. */

/**
 * One line. Texts that a spreadsheet would take for a formula begin with an apostrophe.
 *
 * @param separator what spreadsheets of the reader's language take for one.
 */
export function csvLine(values: readonly (string | number | null)[], separator: string): string {
  const cells = values.map((value) => {
    if (value === null) return '';
    const text = String(value);
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /["\r\n,;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  });
  return `${cells.join(separator)}\r\n`;
}
