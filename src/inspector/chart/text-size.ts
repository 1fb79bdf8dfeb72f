/** Font sizes of a chart, in its own pixels; chart.css has the same. */
export const NAME_PX = 13;
export const TEXT_PX = 11;
export const LINE_PX = 14;

const NARROW = new Set([..."iljftr.,:;'|![]()- "]);
const WIDE = new Set([...'mwMWABCDEFGHKNOPQRUVXYZ→']);

/**
 * About how wide a text is in a common sans-serif. An estimate on the generous side: a chart is laid out where no
 * font can be measured, and must look the same everywhere.
 */
export function textWidth(text: string, px: number): number {
  let ems = 0;
  for (const letter of text) ems += NARROW.has(letter) ? 0.36 : WIDE.has(letter) ? 0.82 : 0.6;
  return Math.ceil(ems * px);
}

/** The widest of some lines. */
export function widest(lines: readonly string[], px: number): number {
  return lines.reduce((width, line) => Math.max(width, textWidth(line, px)), 0);
}

/** A text in lines of about so many letters, broken between words. */
export function wrapped(text: string, letters: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= letters) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
