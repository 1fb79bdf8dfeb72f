import { nameOf } from '../api.ts';
import type { Drawing } from '../draw.ts';
import type { Theme } from '../pathways.ts';
import { cardText, isDifferent, isFaint, type SideBySide } from './card-lines.ts';
import { BASIS_WORDS } from './row-basis.ts';

/** In pixels; what is left over is shared by the columns of numbers. */
const PATHWAY_WIDTH = 90;
const LINE_WIDTH = 110;
const WORDS_WIDTH = 62;
const LONG_WIDTH = 170;
const HEAD_HEIGHT = 62;
/** More letters than this are long. */
const LONG = 24;

/** The card as a picture of its table; lines of a what-if say so. */
export function drawCard({ columns, groups }: SideBySide, theme: Theme, room: object): Drawing {
  const lines = groups.flatMap((group) => group.lines.map((line) => ({ group, line })));
  const fontSize = lines.length > 16 ? 8.5 : 10.5;
  const text = { fontFamily: 'sans-serif', fontSize, lineHeight: 1.2 * fontSize, overflow: 'break' };
  const border = { borderColor: theme.line, borderWidth: 1 };
  const widthOf = (place: number) => {
    const column = columns[place];
    if (column === undefined || !column.isWords) return {};
    const longest = Math.max(...lines.map(({ line }) => cardText(line, column).length));
    return { size: longest > LONG ? LONG_WIDTH : WORDS_WIDTH };
  };
  return {
    textStyle: { fontFamily: 'sans-serif' },
    matrix: {
      ...room,
      left: 16,
      right: 16,
      backgroundStyle: { borderColor: theme.line },
      x: {
        levelSize: HEAD_HEIGHT,
        label: { ...text, color: theme.muted, padding: 4 },
        itemStyle: border,
        data: columns.map(({ title }, place) => ({ value: title, ...widthOf(place) })),
      },
      y: {
        levels: [{ levelSize: PATHWAY_WIDTH }, { levelSize: LINE_WIDTH }],
        label: { ...text, color: theme.ink, padding: 4 },
        itemStyle: border,
        data: groups.map((group) => ({
          value: group.title,
          children: group.lines.map(({ roll, row }) => ({
            value: `${group.title} ${nameOf(roll)} ${row.basis}`,
            label: { formatter: () => `${roll.timeline}\n${BASIS_WORDS[row.basis].toUpperCase()}` },
            ...(row.basis === 'hypothetical' && {
              itemStyle: { ...border, color: '#ffd24d' },
              label: {
                color: '#241a00',
                formatter: () => `${roll.timeline}\nHYPOTHETICAL`,
              },
            }),
          })),
        })),
      },
      body: {
        itemStyle: border,
        label: { ...text, color: theme.ink, padding: 3 },
        data: lines.flatMap(({ group, line }, y) =>
          columns.map((column, x) => ({
            coord: [x, y],
            value: cardText(line, column).replace(' (', '\n('),
            label: {
              color: isFaint(line, column) ? theme.muted : theme.ink,
              fontWeight: isDifferent(group, line, column) ? 'bold' : 'normal',
            },
          })),
        ),
      },
    },
  };
}
