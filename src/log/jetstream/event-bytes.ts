import type { MsgHdrs } from 'nats';
import { attributeFields, isAttributeField, jsonTextOf } from '../../../events/binary-mode.ts';

/** What a message carries of an event. */
interface EventMessage {
  readonly data: Uint8Array;
  readonly headers?: MsgHdrs | undefined;
}

/**
 * The JSON text of the event that a message carries: its data, or what is made of it if the event is in binary mode.
 * The stream keeps the message as it was published; this is what everybody else reads of it.
 */
export function eventBytes({ data, headers }: EventMessage): Uint8Array {
  // Most have no such field, and all of a log come through here.
  for (const [name] of headers ?? []) if (isAttributeField(name)) return carried(data, headers);
  return data;
}

function carried(body: Uint8Array, headers: Iterable<[string, string[]]> = []): Uint8Array {
  const fields = [...headers].flatMap(([name, values]) => values.map((value) => [name, value] as const));
  const contentType = fields.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  return jsonTextOf({ fields: attributeFields(fields), contentType, body });
}
