const [TAB, NEWLINE, RETURN, SPACE] = [0x09, 0x0a, 0x0d, 0x20];
/** Room for the largest message that a NATS server can be set to take (64 MiB), as base64. */
const LONGEST_LINE = 96 * 1_048_576;

/**
 * The lines of a byte stream without their line feeds, blank ones left out. A line longer than any entry of a log is
 * cut, so that memory stays bounded: as an event it is refused for its size all the same.
 */
export async function* jsonLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let size = 0;
  const keep = (part: Uint8Array) => {
    const room = LONGEST_LINE - size;
    if (room <= 0 || part.length === 0) return;
    const kept = part.subarray(0, room);
    parts.push(kept);
    size += kept.length;
  };
  const line = (): Uint8Array => {
    const [first = new Uint8Array()] = parts;
    const whole = parts.length > 1 ? Buffer.concat(parts) : first;
    parts = [];
    size = 0;
    return whole;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      keep(chunk.subarray(start, end));
      start = end + 1;
      const whole = line();
      if (!isBlank(whole)) yield whole;
    }
    keep(chunk.subarray(start));
  }
  const last = line();
  if (!isBlank(last)) yield last;
}

function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === SPACE || byte === TAB || byte === RETURN);
}
