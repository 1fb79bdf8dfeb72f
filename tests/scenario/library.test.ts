import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lineage, loadScenario, logOf } from '../../src/scenario/library.ts';
import { DEPLOY, folder, HEAD, told } from './given-script.ts';

const scenario = (id: string, base?: string) =>
  (base === undefined ? HEAD : HEAD.replace('basis', `extends: ${base}\nbasis`)).replace('trial', id) +
  DEPLOY.replace('corps', `${id}-corps`);

async function problemsOf(files: Record<string, string | Uint8Array>, name: string): Promise<string[]> {
  const directory = await folder(files);
  const loading = await loadScenario(join(directory, name));
  return loading.ok ? [] : told(loading.problems).map((it) => it.replaceAll(directory, ''));
}

describe('a script is found', () => {
  test('by the name of a bundled one', async () => {
    const loading = await loadScenario('record');
    expect(loading).toMatchObject({ ok: true, scenario: { id: 'record', base: null } });
  });

  test('by path', async () => {
    const directory = await folder({ 'a.yaml': scenario('a') });
    expect(await loadScenario(join(directory, 'a.yaml'))).toMatchObject({ ok: true, scenario: { id: 'a' } });
  });

  test.each([
    [
      'recrod',
      /^no script of this name is bundled \(there are collapse, .*record\) and no such file is here$/,
      'record',
    ],
    ['events', /^this is a directory; name a script in it$/, undefined],
    ['no/such.yaml', /^there is no such file$/, undefined],
    ['events/scenarios/', /^this is a directory; name a script in it$/, undefined],
  ])('or told to be missing: %s', async (name, message, suggestion) => {
    const loading = await loadScenario(name);
    expect(loading).toMatchObject({ ok: false, problems: [{ file: name, line: 1, column: 1, path: '$' }] });
    const problem = loading.ok ? undefined : loading.problems[0];
    expect(problem?.message).toMatch(message);
    expect(problem?.suggestion).toBe(suggestion);
  });

  test('and must be UTF-8', async () => {
    expect(await problemsOf({ 'a.yaml': new Uint8Array([0x61, 0xff]) }, 'a.yaml')).toEqual([
      '1:1 $ not UTF-8 text; save it as UTF-8',
    ]);
  });
});

describe('a script extends another', () => {
  test('beside it', async () => {
    const directory = await folder({
      'a.yaml': scenario('a'),
      'b.yaml': scenario('b', 'a'),
      'c.yaml': scenario('c', 'b'),
    });
    const loading = await loadScenario(join(directory, 'c.yaml'));
    if (!loading.ok) throw new Error('does not load');
    expect(lineage(loading.scenario).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(logOf(loading.scenario).map(({ seq, home }) => `${seq} ${home.timeline}`)).toEqual([
      '1 a',
      '2 b',
      '3 c',
    ]);
  });

  test('or else a bundled one', async () => {
    const directory = await folder({ 'a.yaml': scenario('a', 'record') });
    const loading = await loadScenario(join(directory, 'a.yaml'));
    expect(loading).toMatchObject({ ok: true, scenario: { base: { id: 'record' } } });
  });

  test('beside it rather than a bundled one of that name', async () => {
    const directory = await folder({ 'a.yaml': scenario('a', 'record'), 'record.yaml': scenario('record') });
    const loading = await loadScenario(join(directory, 'a.yaml'));
    expect(loading.ok && loading.scenario.base?.events).toHaveLength(1);
  });

  test('that is nowhere', async () => {
    expect(await problemsOf({ 'a.yaml': scenario('a', 'recrod') }, 'a.yaml')).toEqual([
      '4:10 $.extends there is no recrod.yaml beside this script, and bundled are only collapse, garrison, homecoming, legion-pmc, record → record',
    ]);
  });

  test('itself', async () => {
    expect(await problemsOf({ 'a.yaml': scenario('a', 'a') }, 'a.yaml')).toEqual([
      '4:10 $.extends /a.yaml is being extended already: a would stand on itself. Take one of these lines out',
    ]);
  });

  test('in a circle', async () => {
    const files = {
      'a.yaml': scenario('a', 'b'),
      'b.yaml': scenario('b', 'c'),
      'c.yaml': scenario('c', 'b'),
    };
    expect(await problemsOf(files, 'a.yaml')).toEqual([
      '4:10 $.extends /b.yaml is being extended already: b would stand on itself. Take one of these lines out',
    ]);
  });

  test('that is another inside', async () => {
    expect(await problemsOf({ 'a.yaml': scenario('a', 'b'), 'b.yaml': scenario('other') }, 'a.yaml')).toEqual(
      ['4:10 $.extends /b.yaml holds the scenario other, not b → other'],
    );
  });

  test('of another theatre', async () => {
    const elsewhere = scenario('b').replace('ukraine', 'sahel');
    expect(await problemsOf({ 'a.yaml': scenario('a', 'b'), 'b.yaml': elsewhere }, 'a.yaml')).toEqual([
      '4:10 $.extends b is of the theatre sahel; a branch stays in its theatre, ukraine',
    ]);
  });

  test('that is wrong: its problems are told in its file', async () => {
    const directory = await folder({
      'a.yaml': scenario('a', 'b'),
      'b.yaml': scenario('b').replace('title', 'titel'),
    });
    const loading = await loadScenario(join(directory, 'a.yaml'));
    expect(!loading.ok && loading.problems.map(({ file, line }) => [file, line])).toEqual([
      [join(directory, 'b.yaml'), 1],
      [join(directory, 'b.yaml'), 2],
    ]);
  });
});
