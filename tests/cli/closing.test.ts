import { expect, test } from 'vitest';
import { deployed, written } from '../support/roll-scenario.ts';
import { muster, start, temporaryDirectory } from './support/muster.ts';
import { post, serving } from './support/serving.ts';

const event = (id: string, basis = 'assessed') => ({ ...written(1, deployed(id)), id, basis });

test('a what-if that is posted to a report has watch, export and replay say so', async () => {
  const { url } = await serving('serve', ['--data', await temporaryDirectory()]);
  await post(url, 't/live', event('a', 'assessed'));
  const watching = await start(['watch', 'live', '--server', url]);
  await watching.says(/^live\n.* 1 event /);
  await post(url, 't/live', event('b', 'hypothetical'));
  await watching.says(/^HYPOTHETICAL live\n.* 2 events /m);
  await watching.kill('SIGINT');
  const { stdout: table } = await muster(['export', 'live', '--format', 'csv', '--server', url]);
  expect(table.split('\n').map((line) => line.split(',').slice(2, 4).join())).toEqual([
    'basis,id',
    'assessed,a',
    'hypothetical,b',
    '',
  ]);
});

test('close takes a roll out of every list, for good, until it is opened again; its log stays', async () => {
  const data = await temporaryDirectory();
  const service = await serving('serve', ['--data', data]);
  await post(service.url, 't/record', event('a'));
  await post(service.url, 't/recrod', event('a'));
  const at = ['--server', service.url];

  const closed = await muster(['close', 'recrod', ...at]);
  expect(closed).toMatchObject({ code: 0, stderr: '' });
  expect(closed.stdout).toMatch(
    /^closed t\.recrod: .* Its 1 entry stays in the log; PUT \/api\/rolls\/t\/recrod/,
  );
  await service.kill('SIGKILL');

  const again = await serving('serve', ['--data', data, '--port', new URL(service.url).port]);
  const listed = async () => (await fetch(`${again.url}/api/rolls`)).json();
  expect(await listed()).toMatchObject({ items: [{ timeline: 'record' }] });
  const missed = await muster(['close', 'recro', ...at]);
  expect(missed.stderr).toBe(
    'muster: there is no roll recro; the service has t.record. Did you mean record?\n',
  );
  expect((await muster(['export', 'recrod', ...at])).stdout.split('\n')).toHaveLength(2);
});
