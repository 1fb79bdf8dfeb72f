const SHOWN = 60;
const GROUPED = String.raw`\d{1,3}(?:[.,'’_ \u00a0\u202f]\d{3})+`;
const NUMBER = String.raw`(?:${GROUPED}|\d+)`;
const RANGE = new RegExp(`^(${NUMBER})\\s*(?:-|–|—|\\.\\.\\.?|…|to)\\s*(${NUMBER})$`, 'i');
const ALONE = new RegExp(`^${NUMBER}$`);
const WITHIN = new RegExp(`^[^\\d]*(${NUMBER})[^\\d]*$`);
const THOUSANDS = /^(\d+)(?:[.,](\d))?\s*(?:k|thousand)$/i;
const PLAIN = /^(?:0|[1-9]\d*)$/;

/** What to write for a number of persons of which nobody knows more. */
const IN_GENERAL = 'write a whole number such as 15000, or { low: 9000, best: 10000, high: 11000 }';

/** Whether a text is a number as scripts and payloads take it for persons: digits alone. */
export function isPlainCount(text: string): boolean {
  return PLAIN.test(text);
}

/** What was found where persons are counted, and what to write: `found 15.000; write 15000`. */
export function foundInstead(written: string): string {
  return `found ${shown(written)}; ${toWrite(written.replace(/^(["'])(.*)\1$/s, '$2').trim())}`;
}

/** As `foundInstead`, for a value of JSON. */
export function foundValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  const isScalar = typeof value === 'number' || typeof value === 'string';
  return isScalar ? foundInstead(text) : `found ${shown(text)}`;
}

function shown(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text;
}

function toWrite(text: string): string {
  if (isPlainCount(text)) return `write ${text}`;
  const thousands = THOUSANDS.exec(text);
  if (thousands !== null) return `write ${1_000 * Number(thousands[1]) + 100 * Number(thousands[2] ?? 0)}`;
  const range = RANGE.exec(text);
  if (range !== null) {
    const [low, high] = [digits(range[1]), digits(range[2])];
    if (low <= high) return `write { low: ${low}, best: ${Math.round((low + high) / 2)}, high: ${high} }`;
  }
  if (ALONE.test(text) && !/^0\d/.test(text)) return `write ${digits(text)}`;
  if (/^\d+\.0$|^\d+(\.\d+)?e\+?\d{1,2}$/i.test(text) && Number.isSafeInteger(Number(text)))
    return `write ${Number(text)}`;
  const within = /^[-+]|^0[\dxob]/i.test(text) ? null : WITHIN.exec(text);
  if (within !== null) {
    const best = digits(within[1]);
    return `write ${best}, or what is known of the range: { low: …, best: ${best}, high: … }`;
  }
  return IN_GENERAL;
}

function digits(text = ''): number {
  return Number(text.replaceAll(/\D/g, ''));
}
