import { JsonFault, JsonScanner } from './json-values.ts';

const READ_HERE = 'give events (CloudEvents in JSON: one a line, or an array) or a scenario script (YAML)';

/** How files begin that are no text, what they are called, and what makes a text of them. */
const BEGINNINGS: readonly (readonly [bytes: string, what: string, todo: string])[] = [
  ['\x1f\x8b', 'a file compressed with gzip', 'unpack it first (gunzip)'],
  ['BZh', 'a file compressed with bzip2', 'unpack it first (bunzip2)'],
  ['\xfd7zXZ\0', 'a file compressed with xz', 'unpack it first (unxz)'],
  ['\x28\xb5\x2f\xfd', 'a file compressed with Zstandard', 'unpack it first (unzstd)'],
  ['7z\xbc\xaf', 'a 7-Zip archive', 'unpack it first'],
  ['\xd0\xcf\x11\xe0', 'a document of an old Office, such as a spreadsheet (xls)', READ_HERE],
  ['%PDF', 'a PDF document', READ_HERE],
  ['PAR1', 'a Parquet file', READ_HERE],
  ['SQLite format 3\0', 'an SQLite database', READ_HERE],
  ['\x89PNG', 'a picture (PNG)', READ_HERE],
  ['\xff\xd8\xff', 'a picture (JPEG)', READ_HERE],
  ['\x7fELF', 'a program', READ_HERE],
];

const ZIP = 'PK\x03\x04';
const ROWS = `write each row as an event, and ${READ_HERE}`;
const SHOWN_FAULTS = 2 * 1_048_576;

/**
 * What a file is from which nothing can be read, and what to do: `this is a CSV file; …`. From how it begins, as
 * bytes; its name decides where the content leaves it open.
 */
export function foreignFile(file: string, start: Uint8Array): string {
  const binary = foreignBytes(start);
  if (binary !== null) return binary;
  const text = Buffer.from(start).toString('latin1').replace(/^ï»¿/, '').trimStart();
  if (/^(<!doctype html|<html)/i.test(text)) {
    return sentence('a web page (HTML), as a server sends it in place of a file', 'fetch the file itself');
  }
  if (text.startsWith('<')) return sentence('XML', READ_HERE);
  if (text.startsWith('{') || text.startsWith('[')) return sentence(jsonWithoutEvents(text), READ_HERE);
  const table = tableIn(file, text);
  if (table !== null) return sentence(table, ROWS);
  if (/^- |^---\s/.test(text)) {
    return sentence(
      'YAML, but no scenario script',
      'a script begins with scenario: and lists what happens under events:',
    );
  }
  if (text.includes('\0')) return sentence('a binary file', READ_HERE);
  return sentence('a text without events', READ_HERE);
}

/** As `foreignFile`, for what is no text at all; null for what may be one. */
export function foreignBytes(start: Uint8Array): string | null {
  const bytes = Buffer.from(start).toString('latin1', 0, 4_096);
  const known = BEGINNINGS.find(([beginning]) => bytes.startsWith(beginning));
  if (known !== undefined) return sentence(known[1], known[2]);
  if (bytes.startsWith(ZIP)) {
    const isSheet = /xl\/|\[Content_Types\]\.xml|opendocument\.spreadsheet/.test(bytes);
    return isSheet
      ? sentence('a spreadsheet (xlsx or ods)', ROWS)
      : sentence('a ZIP archive', 'unpack it first');
  }
  if (bytes.slice(257, 262) === 'ustar') return sentence('a tar archive', 'unpack it first (tar -xf)');
  if (/^(\0[^\0]){4}|^([^\0]\0){4}/.test(bytes)) {
    return sentence('UTF-16 text without a byte order mark', 'save it as UTF-8');
  }
  return null;
}

function sentence(what: string, todo: string): string {
  return `this is ${what}; ${todo}`;
}

/** Why JSON, or what begins like it, has no event in it. */
function jsonWithoutEvents(text: string): string {
  const scanner = new JsonScanner(text.startsWith('[') ? 'array' : 'values');
  try {
    for (const _ of scanner.take(Buffer.from(text.slice(0, SHOWN_FAULTS), 'latin1')));
    if (text.length < SHOWN_FAULTS) scanner.end();
    return 'JSON without a single event';
  } catch (error) {
    if (error instanceof JsonFault) return `not JSON, though it begins like it (${error.message})`;
    throw error;
  }
}

/** A table in text: by its ending, or because its first lines have as many of one separator. */
function tableIn(file: string, text: string): string | null {
  const ending = /\.(csv|tsv)$/i.exec(file)?.[1]?.toLowerCase();
  if (ending === 'csv') return 'a CSV file';
  if (ending === 'tsv') return 'a TSV file';
  const lines = text.split(/\r\n|\n|\r/, 3).filter((line) => line.trim() !== '');
  for (const [separator, what] of [
    ['\t', 'a TSV file (a table, its cells set apart by tabs)'],
    [';', 'a CSV file (a table, its cells set apart by semicolons)'],
    [',', 'a CSV file (a table, its cells set apart by commas)'],
  ] as const) {
    const counts = lines.map((line) => line.replaceAll(/"[^"]*"/g, '').split(separator).length - 1);
    const [first = 0] = counts;
    if (first > 0 && counts.length > 1 && counts.every((count) => count === first)) return what;
  }
  return null;
}
