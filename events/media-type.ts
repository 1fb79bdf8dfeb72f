/** Whether a media type, with or without parameters, says that what it is of is JSON. */
export function isJsonType(mediaType: string): boolean {
  return /^\s*[^\s;/]+\/(?:[^\s;/]+\+)?json\s*(?:;|$)/i.test(mediaType);
}
