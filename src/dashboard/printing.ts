import { useEffect, useState } from 'preact/hooks';

const paper = matchMedia('print');

/** Told when printing begins, before the page is laid out on paper, and when it is over. Gives what ends that. */
function onPrinting(tell: (isPrinting: boolean) => void): () => void {
  const begin = () => tell(true);
  const end = () => tell(false);
  const follow = () => tell(paper.matches);
  addEventListener('beforeprint', begin);
  addEventListener('afterprint', end);
  paper.addEventListener('change', follow);
  return () => {
    removeEventListener('beforeprint', begin);
    removeEventListener('afterprint', end);
    paper.removeEventListener('change', follow);
  };
}

/** Whether the page is being printed. What depends on it must be drawn in a layout effect: paper waits for no other. */
export function usePrinting(): boolean {
  const [isPrinting, setPrinting] = useState(paper.matches);
  useEffect(() => onPrinting(setPrinting), []);
  return isPrinting;
}

/** Opens on paper what is folded, for nobody can open it there. */
export function useUnfolded(): void {
  useEffect(() => {
    let unfolded: HTMLDetailsElement[] = [];
    return onPrinting((isPrinting) => {
      for (const details of unfolded) details.open = false;
      unfolded = isPrinting
        ? [...document.querySelectorAll<HTMLDetailsElement>('main details:not(.menu, [open])')]
        : [];
      for (const details of unfolded) details.open = true;
    });
  }, []);
}
