import type { IncomingMessage } from 'node:http';
import { attributeFields, type HeaderField } from '../../events/binary-mode.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The header fields of a request that are attributes of an event in binary mode, each as often as it was sent. */
export function eventFields({ headersDistinct }: IncomingMessage): HeaderField[] {
  const fields = attributeFields(
    Object.entries(headersDistinct).flatMap(([name, values = []]) =>
      values.map((value) => [name, value] as const),
    ),
  );
  return fields.map(([name, value]) => [name, textOf(value)]);
}

/** Node gives each byte as a character. They should be ASCII; some clients send UTF-8, others Latin-1. */
function textOf(value: string): string {
  try {
    return utf8.decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}
