import { nameOf } from '../api.ts';
import type { Drawing } from '../draw.ts';
import type { Theme } from '../pathways.ts';
import { type CardColumn, cardText, isDifferent, isFaint, type Line, type SideBySide } from './card-lines.ts';
import { BASIS_WORDS } from './row-basis.ts';

/** In pixels; what is left over is shared by the columns of numbers. */
const PATHWAY_WIDTH = 90;
const LINE_WIDTH = 110;
const WORDS_WIDTH = 62;
const LONG_WIDTH = 170;
const HEAD_HEIGHT = 62;
/** What the room for an export leaves the rows. A row has two lines. */
const ROWS_HEIGHT = 530;
const LINE_HEIGHT = 1.2;
/** Of a letter, by the size of the text. */
const LETTER_WIDTH = 0.6;
/** Ranges of more letters than this get a width of their own. */
const RANGED = 14;
/** More letters than this are long. */
const LONG = 24;

/** The card as a picture of its table; lines of a what-if say so. */
export function drawCard({ columns, groups }: SideBySide, theme: Theme, room: object): Drawing {
  const lines = groups.flatMap((group) => group.lines.map((line) => ({ group, line })));
  const fontSize = Math.min(10.5, (ROWS_HEIGHT / lines.length - 3) / (2 * LINE_HEIGHT));
  const text = { fontFamily: 'sans-serif', fontSize, lineHeight: LINE_HEIGHT * fontSize, overflow: 'break' };
  const border = { borderColor: theme.line, borderWidth: 1 };
  const widthOf = (column: CardColumn) => {
    const longest = Math.max(...lines.map(({ line }) => longestPart(pictureText(line, column))));
    if (column.isWords) return { size: longest > LONG ? LONG_WIDTH : WORDS_WIDTH };
    return longest > RANGED ? { size: LETTER_WIDTH * fontSize * longest } : {};
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
        label: { ...text, color: theme.muted, padding: [0, 4] },
        itemStyle: border,
        data: columns.map((column) => ({ value: column.title, ...widthOf(column) })),
      },
      y: {
        levels: [{ levelSize: PATHWAY_WIDTH }, { levelSize: LINE_WIDTH }],
        label: { ...text, color: theme.ink, padding: [0, 4] },
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
        label: { ...text, color: theme.ink, padding: [0, 3] },
        data: lines.flatMap(({ group, line }, y) =>
          columns.map((column, x) => ({
            coord: [x, y],
            value: pictureText(line, column),
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

/** What a cell says, its range on a line of its own. */
const pictureText = (line: Line, column: CardColumn): string => cardText(line, column).replace(' (', '\n(');

const longestPart = (text: string): number => Math.max(...text.split('\n').map((part) => part.length));
