import {
  elementScroll,
  measureElement,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from '@tanstack/virtual-core';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks';
import { usePrinting } from './printing.ts';
import { number } from './wording.ts';

interface Props<T> {
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  readonly render: (item: T) => ComponentChildren;
  /** Attributes of an item's place. */
  readonly kindOf?: (item: T) => string;
  readonly label: string;
  readonly look: string;
  /** Called when the end comes into sight. */
  readonly onEnd?: () => void;
}

const ESTIMATE_PX = 64;

/** The most that is printed, some eighty sheets. */
const PRINTED = 2_000;

/** A list of any length, of which only what is in sight is on the page; on paper is all of it. */
export function VirtualList<T>({ items, keyOf, render, kindOf, label, look, onEnd }: Props<T>) {
  const scroller = useRef<HTMLElement>(null);
  const [, redraw] = useReducer<number, void>((count) => count + 1, 0);
  const options = {
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ESTIMATE_PX,
    getItemKey: (place: number) => {
      const item = items[place];
      return item === undefined ? place : keyOf(item);
    },
    overscan: 8,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    measureElement,
    onChange: () => redraw(),
  };
  const [virtualizer] = useState(() => new Virtualizer<HTMLElement, HTMLLIElement>(options));
  virtualizer.setOptions(options);
  useEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());

  const isPrinting = usePrinting();
  const shown = virtualizer.getVirtualItems();
  const isAtEnd = (shown.at(-1)?.index ?? -1) >= items.length - 1;
  useEffect(() => {
    if (isAtEnd && items.length > 0) onEnd?.();
  }, [isAtEnd, items.length, onEnd]);

  if (isPrinting) {
    return (
      <section class={`long ${look}`} ref={scroller} aria-label={label}>
        <ul>
          {items.slice(0, PRINTED).map((item) => (
            <li key={keyOf(item)} data-kind={kindOf?.(item)}>
              {render(item)}
            </li>
          ))}
        </ul>
        {items.length > PRINTED && (
          <p class="quiet">
            Printed are the first {number(PRINTED)} of {number(items.length)}.
          </p>
        )}
      </section>
    );
  }
  return (
    <section
      class={`long ${look}`}
      ref={scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      aria-label={label}
      style={{ height: `${virtualizer.getTotalSize() + 2}px` }}
    >
      <ul style={{ height: `${virtualizer.getTotalSize()}px` }}>
        {shown.map(({ index, key, start }) => {
          const item = items[index];
          if (item === undefined) return null;
          return (
            <li
              key={String(key)}
              data-index={index}
              data-kind={kindOf?.(item)}
              aria-setsize={items.length}
              aria-posinset={index + 1}
              ref={(element) => virtualizer.measureElement(element)}
              style={{ transform: `translateY(${start}px)` }}
            >
              {render(item)}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
