const BYTE = {
  tab: 0x09,
  newline: 0x0a,
  return: 0x0d,
  space: 0x20,
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

const STRUCTURE: ReadonlySet<number> = new Set([
  BYTE.comma,
  BYTE.colon,
  BYTE.openBracket,
  BYTE.closeBracket,
  BYTE.openBrace,
  BYTE.closeBrace,
]);

/** As long as the longest line that is read: memory stays bounded whatever the file. */
const LONGEST_VALUE = 96 * 1_048_576;
const FIRST_ROOM = 4_096;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** How JSON values follow one another: as the elements of one array, or one after the other. */
export type ValueLayout = 'array' | 'values';

/** Where a text stops being what it was taken for: a sentence with the line. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault';
}

export function isBlank(byte: number | undefined): boolean {
  return byte === BYTE.space || byte === BYTE.tab || byte === BYTE.newline || byte === BYTE.return;
}

/**
 * The JSON values of a byte stream, however they are spread over lines: each as one line without the space between
 * its tokens, numbers and texts as they were written. Throws a JsonFault at what is not JSON.
 */
export async function* jsonValues(
  chunks: AsyncIterable<Uint8Array>,
  layout: ValueLayout,
): AsyncGenerator<Uint8Array> {
  const scanner = new JsonScanner(layout);
  for await (const chunk of chunks) yield* scanner.take(chunk);
  scanner.end();
}

/** Cuts a byte stream into JSON values. */
export class JsonScanner {
  readonly #layout: ValueLayout;
  #state: 'before' | 'inside' | 'after';
  #line = 1;
  /** Of the value that is being read. */
  #value = new Uint8Array(FIRST_ROOM);
  #size = 0;
  #firstLine = 1;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #hasGap = false;
  #isAfterComma = false;

  constructor(layout: ValueLayout) {
    this.#layout = layout;
    this.#state = layout === 'array' ? 'before' : 'inside';
  }

  /** Whether the array has ended. */
  get isOver(): boolean {
    return this.#state === 'after';
  }

  /** The values that end in the next bytes. */
  *take(chunk: Uint8Array): Generator<Uint8Array> {
    for (const byte of chunk) {
      if (byte === BYTE.newline) this.#line += 1;
      if (this.#isInString) {
        this.#push(byte);
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === BYTE.backslash) this.#isEscaped = true;
        else if (byte === BYTE.quote) this.#isInString = false;
      } else if (isBlank(byte)) this.#hasGap = this.#size > 0;
      else {
        const value = this.#token(byte);
        if (value !== null) yield value;
      }
    }
  }

  /** Throws a JsonFault where the text ended too early. */
  end(): void {
    if (this.#size > 0) {
      throw new JsonFault(`it ends in the middle of what begins in line ${this.#firstLine}: it was cut off`);
    }
    if (this.#layout === 'array' && this.#state !== 'after') {
      throw new JsonFault('its array does not end: it was cut off');
    }
  }

  /** Takes a byte outside texts; gives the value that ends with it, or null. */
  #token(byte: number): Uint8Array | null {
    if (this.#state === 'after') throw new JsonFault(`line ${this.#line}: something follows the array`);
    if (this.#state === 'before') {
      if (byte !== BYTE.openBracket) throw new JsonFault(`line ${this.#line}: expected an array`);
      this.#state = 'inside';
      return null;
    }
    if (this.#depth === 0 && this.#layout === 'array') {
      if (byte === BYTE.comma) {
        if (this.#size === 0) throw new JsonFault(`line ${this.#line}: a comma with nothing before it`);
        this.#isAfterComma = true;
        return this.#finish();
      }
      if (byte === BYTE.closeBracket) {
        this.#state = 'after';
        if (this.#size > 0) return this.#finish();
        if (this.#isAfterComma)
          throw new JsonFault(`line ${this.#line}: a comma before the end of the array`);
        return null;
      }
    }
    if (this.#size === 0) {
      if (this.#layout === 'values' && byte !== BYTE.openBrace) {
        throw new JsonFault(`line ${this.#line}: expected an object, which begins with {`);
      }
      this.#firstLine = this.#line;
    }
    if (this.#hasGap) {
      const last = this.#value[this.#size - 1] ?? 0;
      if (!STRUCTURE.has(last) && !STRUCTURE.has(byte)) this.#push(BYTE.space);
      this.#hasGap = false;
    }
    this.#push(byte);
    if (byte === BYTE.quote) this.#isInString = true;
    else if (byte === BYTE.openBrace || byte === BYTE.openBracket) this.#depth += 1;
    else if (byte === BYTE.closeBrace || byte === BYTE.closeBracket) {
      this.#depth -= 1;
      if (this.#depth < 0) throw new JsonFault(`line ${this.#line}: a bracket that nothing opened`);
      if (this.#depth === 0 && this.#layout === 'values') return this.#finish();
    }
    return null;
  }

  #finish(): Uint8Array {
    const value = this.#value.slice(0, this.#size);
    try {
      JSON.parse(utf8.decode(value));
    } catch (error) {
      const why = error instanceof SyntaxError ? 'not JSON' : 'not UTF-8 text';
      throw new JsonFault(`what begins in line ${this.#firstLine} is ${why}`);
    }
    this.#size = 0;
    this.#hasGap = false;
    return value;
  }

  #push(byte: number): void {
    if (this.#size === this.#value.length) {
      if (this.#size >= LONGEST_VALUE) {
        throw new JsonFault(`what begins in line ${this.#firstLine} is longer than ${LONGEST_VALUE} bytes`);
      }
      const larger = new Uint8Array(2 * this.#size);
      larger.set(this.#value);
      this.#value = larger;
    }
    this.#value[this.#size] = byte;
    this.#size += 1;
  }
}
