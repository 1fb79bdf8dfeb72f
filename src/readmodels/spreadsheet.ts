/** How a formula begins, also after quotes and space, and in full-width characters. */
const FORMULA = /^["'\s\u200b\ufeff]*[=+\-@＝＋－＠]|^[\t\r\n]/u;

/**
 * A text as it can stand in a cell: what a spreadsheet would run as a formula, or take for another number than the
 * text says (`007`, `1e5`), begins with an apostrophe.
 */
export function spreadsheetText(text: string): string {
  return FORMULA.test(text) || isOtherNumber(text) ? `'${text}` : text;
}

function isOtherNumber(text: string): boolean {
  return /^\d[\d.]*(?:e\d+)?$/i.test(text) && String(Number(text)) !== text;
}
