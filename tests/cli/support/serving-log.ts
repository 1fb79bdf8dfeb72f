import { join } from 'node:path';
import { openEmbeddedLog } from '../../../src/log/embedded/embedded-log.ts';
import { type Setting, temporaryDirectory } from './muster.ts';
import { type Serving, serving } from './serving.ts';

export const LOGGED = { theatre: 'ukraine', timeline: 'record' };

/** Starts a service whose log has these events on the roll `LOGGED`, whatever is in them. */
export async function servingLog(bytes: readonly Uint8Array[], setting?: Setting): Promise<Serving> {
  const directory = await temporaryDirectory();
  const log = await openEmbeddedLog(join(directory, 'log'));
  await log.append(
    LOGGED,
    bytes.map((text, index) => ({ entity: 'theatre', identity: `e${index}`, bytes: text })),
  );
  await log.close();
  return serving('serve', ['--data', directory], setting);
}
