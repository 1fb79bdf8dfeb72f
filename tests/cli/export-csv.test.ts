import { expect, test } from 'vitest';
import { openEmbeddedLog } from '../../src/log/embedded/embedded-log.ts';
import { deployed, written } from '../support/roll-scenario.ts';
import { muster, temporaryDirectory } from './support/muster.ts';

test('contingents as CSV open in a spreadsheet as what they are', async () => {
  const data = await temporaryDirectory();
  const roll = { theatre: 't', timeline: 'a' };
  const log = await openEmbeddedLog(`${data}/log`);
  const event = written(1, deployed('007'));
  const bytes = Buffer.from(
    JSON.stringify({ ...event, data: { strength: 12, kind: 'infantry', origin: '=1+1,"x"' } }),
  );
  await log.append(roll, [{ entity: '007', identity: 'e', bytes }]);
  await log.close();
  const { code, stdout } = await muster(['export', 'a', '--format', 'csv', '--data', data]);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^\ufefftheatre,timeline,basis,id,state,pathway,low,best,high,.*\r\nt,a,,'007,deployed\.staging,deployed,12,12,12,.*\r\n$/s,
  );
  expect(stdout).toContain(`,"'=1+1,""x""",`);
  expect(stdout.replaceAll('\r\n', '')).not.toContain('\n');
});
