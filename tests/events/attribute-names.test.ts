import { describe, expect, test } from 'vitest';
import { likelyMisspelt, misspelling } from '../../events/attribute-names.ts';

const told = (...names: string[]) => likelyMisspelt(names).map(misspelling);

describe('names of attributes', () => {
  test.each([
    ['observdtime', 'observedtime'],
    ['observedtme', 'observedtime'],
    ['obsrvdtime', 'observedtime'],
    ['reportr', 'reporter'],
    ['reproter', 'reporter'],
    ['reporterurl', 'reporturl'],
    ['reliabilty', 'reliability'],
    ['credability', 'credibility'],
    ['timeprecison', 'timeprecision'],
    ['theater', 'theatre'],
    ['timelin', 'timeline'],
    ['cliam', 'claim'],
    ['notes', 'note'],
    ['archiveurl', 'archivedurl'],
    ['contenthsh', 'contenthash'],
    ['subjct', 'subject'],
    ['schemaverson', 'schemaversion'],
  ])('%s is told, and that %s is near', (name, meant) => {
    expect(told('id', name, 'reporter')).toEqual([`${name} is ignored; did you mean ${meant}?`]);
  });

  test('those that have a meaning are not told, nor are those of CloudEvents', () => {
    const known =
      'specversion id source type subject time data basis observedtime timeprecision reporter reporterkind reporturl reliability credibility claim note correlationid causationid traceparent archivedurl contenthash schemaversion recordedtime recordedby musterroll theatre timeline';
    expect(told(...known.split(' '), 'datacontenttype', 'dataschema', 'tracestate')).toEqual([]);
  });

  test('those that are somebody’s own are not told', () => {
    const own =
      'date dates tags lang name role region unit desk analyst version priority session partitionkey sequence dataref timezone confidence location x a1 reportedby sampledrate expirytime';
    expect(told(...own.split(' '), 'x'.repeat(100_000))).toEqual([]);
  });

  test('each slip is told, in the order of the event', () => {
    expect(told('reportr', 'desk', 'observdtime')).toEqual([
      'reportr is ignored; did you mean reporter?',
      'observdtime is ignored; did you mean observedtime?',
    ]);
  });
});
