import { isJsonType } from './media-type.ts';

/** The member in which the JSON format of CloudEvents carries a payload as bytes; it is no attribute. */
export const DATA_BASE64 = 'data_base64';

type Reading =
  | { readonly ok: true; readonly data: unknown }
  | { readonly ok: false; readonly name: string; readonly message: string };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The payload of an event that has it as `data_base64` (CloudEvents JSON format 3.1), or where the fault is. */
export function readBase64Data(attributes: Readonly<Record<string, unknown>>): Reading {
  const fault = (name: string, message: string): Reading => ({ ok: false, name, message });
  const { datacontenttype: mediaType, data, [DATA_BASE64]: base64 } = attributes;
  if (data !== undefined) return fault(DATA_BASE64, 'beside data; expected one of the two');
  if (typeof mediaType === 'string' && !isJsonType(mediaType)) {
    return fault('datacontenttype', `"${mediaType}"; expected application/json, which every payload is`);
  }
  if (typeof base64 !== 'string') return fault(DATA_BASE64, 'expected the payload, a text in base64');
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return fault(DATA_BASE64, 'not base64; expected the payload in it');
  }
  try {
    return { ok: true, data: JSON.parse(utf8.decode(bytes)) };
  } catch {
    return fault(DATA_BASE64, 'not JSON within the base64; expected the payload, an object');
  }
}
