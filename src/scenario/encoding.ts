const UTF_8_MARK = 3;

/** The encoding that a byte order mark tells; without one it is taken for UTF-8. */
export function encodingOf(start: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second] = start;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return 'utf-8';
}

/**
 * A stream of bytes as UTF-8 without byte order mark: UTF-16 is known by its mark and written anew, anything else
 * passes as it is. Throws a TypeError where UTF-16 is damaged.
 */
export async function* asUtf8(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const utf8 = new TextEncoder();
  let start: Uint8Array = new Uint8Array();
  let decoder: InstanceType<typeof TextDecoder> | null | undefined;
  for await (const chunk of chunks) {
    if (decoder === null) {
      yield chunk;
      continue;
    }
    let next = chunk;
    if (decoder === undefined) {
      start = Buffer.concat([start, chunk]);
      if (start.length < UTF_8_MARK) continue;
      const encoding = encodingOf(start);
      if (encoding === 'utf-8') {
        decoder = null;
        yield unmarked(start);
        continue;
      }
      decoder = new TextDecoder(encoding, { fatal: true });
      next = start;
    }
    yield utf8.encode(decoder.decode(next, { stream: true }));
  }
  if (decoder === undefined && encodingOf(start) === 'utf-8') yield start;
  if (decoder) yield utf8.encode(decoder.decode());
}

function unmarked(start: Uint8Array): Uint8Array {
  const [first, second, third] = start;
  return first === 0xef && second === 0xbb && third === 0xbf ? start.subarray(UTF_8_MARK) : start;
}
