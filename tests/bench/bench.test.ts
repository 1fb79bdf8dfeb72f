import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { kernel } from './figures/kernel.ts';
import { replay } from './figures/replay.ts';
import { rivals } from './figures/rivals.ts';
import { median, quantile } from './measure.ts';
import { plot } from './plot.ts';
import { sharesOf } from './profile.ts';
import { atLeast, atMost, line } from './result.ts';
import { QUICK } from './sizes.ts';
import { resultMarkdown, resultText } from './table.ts';

describe('what is made of measurements', () => {
  test('medians and quantiles', () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(quantile([10, 1, 2, 3, 4, 5, 6, 7, 8, 9], 0.9)).toBe(10);
    expect(median([])).toBeNaN();
  });

  test('whether a figure reaches its target', () => {
    const about = { figure: 'f', unit: 'ms', beside: 'b' };
    expect(line(about, 4, 8, atLeast(0.5))).toMatchObject({ ratio: 0.5, isReached: true });
    expect(line(about, 3.9, 8, atLeast(0.5))).toMatchObject({ isReached: false });
    expect(line(about, 9, 3, atMost(3))).toMatchObject({ ratio: 3, isReached: true });
    expect(line(about, 11, 100, { of: 'ours', bound: 'most', value: 10 })).toMatchObject({
      isReached: false,
    });
  });

  test('a profile told apart: what is native counts for its caller', () => {
    const node = (id: number, functionName: string, url: string, children: number[] = []) => ({
      ...{ id, callFrame: { functionName, url }, children },
    });
    const nodes = [
      node(1, '(root)', '', [2, 4, 6, 7]),
      node(2, 'step', 'file:///muster/src/roll/kernel.js', [3]),
      node(3, 'assign', ''),
      node(4, 'judgeEvent', 'file:///muster/events/event.js', [5]),
      node(5, 'exec', ''),
      node(6, '(garbage collector)', ''),
      node(7, 'readEvent', 'file:///muster/events/event.js'),
    ];
    const timeDeltas = [1, 10, 100, 1_000, 10_000, 100_000];
    const profile = { nodes, samples: [2, 3, 4, 5, 6, 7], timeDeltas };
    expect(Object.fromEntries(sharesOf(profile))).toEqual({
      ...{ folding: 11, validating: 1_100, 'garbage collection': 10_000, parsing: 100_000 },
    });
  });
});

// The others start processes of the compiled code and take minutes: they run with the bench itself.
test.each([kernel, replay, rivals])('$name: measured with little work', async ({ measure }) => {
  const directory = await mkdtemp(join(tmpdir(), 'muster-bench-test-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const startServer = () => Promise.reject(new Error('no server is needed'));
  const { lines = [] } = await measure({ sizes: QUICK, directory, startServer, isAtomic: false });

  expect(lines.length).toBeGreaterThan(0);
  for (const { ours, limit, ratio } of lines) {
    expect(Math.min(ours, limit)).toBeGreaterThan(0);
    expect(ratio).toBeCloseTo(ours / limit);
  }
  const machine = { cpu: 'a CPU', cores: 2, memoryGiB: 8, node: 'v20.0.0', natsServer: '2.9.10' };
  const results = { machine, runs: 1, isQuick: true, lines: [...lines], curves: [], seconds: 1 };
  const [header = '', ...rows] = resultText(results)
    .split('\n')
    .slice(0, lines.length + 1);
  expect(header).toMatch(/^figure +ours +beside +limit +ratio +to reach +reached$/);
  expect(rows.every((row) => /[≥≤] [\d.]+.* (?:yes|no)$/.test(row))).toBe(true);
  const markdown = resultMarkdown(results)
    .split('\n')
    .slice(0, lines.length + 2);
  expect(markdown.every((row) => row.split(' | ').length === 7)).toBe(true);
});

test('how cost grows is drawn, each curve by its name', () => {
  const points = [10, 100, 1_000].map((x) => ({ x, y: 2 * x }));
  const curves = ['cold replay', 'readers'].map((name) => ({ name, x: 'events', y: 'ms', points }));
  const svg = plot(curves);
  expect(svg).toMatch(/^<svg /);
  for (const { name } of curves) expect(svg).toContain(name);
});
