import { rollName } from '../../events/ids.ts';
import { rollSummary } from '../http/roll-info-schemas.ts';
import { ApiClient, rollPath } from './api-client.ts';

/** `muster close`: has a running service leave a roll out of every list. Its log stays as it is. */
export async function close(name: string, { server }: { readonly server: string }): Promise<void> {
  const client = new ApiClient(server, process.env['MUSTER_TOKEN']);
  const roll = await client.findRoll(name);
  const { seq } = roll;
  await client.read(rollPath(roll), rollSummary, { method: 'DELETE' });
  const what = `closed ${rollName(roll)}: lists leave it out, and it takes no events`;
  process.stdout.write(
    `${what}. Its ${seq} ${seq === 1 ? 'entry stays' : 'entries stay'} in the log; PUT ${rollPath(roll)}, or playing onto it, opens it again.\n`,
  );
}
