/*
 * A table as a file for a spreadsheet.
 */

/** A text of a cell that no spreadsheet takes for a formula. @param {unknown} value */
function cell(value) {
  const text = value === null || value === undefined ? '' : String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Lines of cells (RFC 4180), the names of the columns first.
 * @param {string[]} columns @param {Record<string, unknown>[]} rows */
export const tableCsv = (columns, rows) => [columns, ...rows.map((row) => columns.map((c) => row[c]))]
  .map((line) => `${line.map(cell).join(',')}\r\n`).join('');

/** Hands a text over as a file. @param {string} name @param {string} csv */
export function saveCsv(name, csv) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([csv], { type: 'text/csv' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
