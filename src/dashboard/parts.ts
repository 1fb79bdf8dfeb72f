import { useEffect, useState } from 'preact/hooks';
import { messageOf } from './api.ts';

const AGAIN_MS = 5_000;
/** A browser may keep to a failure: then only another load of the page helps. */
const FAILURES = 3;
const RELOADED_KEY = 'muster.reloaded';
const RELOAD_MS = 600_000;

export type Part<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'there'; readonly value: T }
  | { readonly state: 'failed'; readonly message: string; readonly again: () => void };

/** A part of the page that is loaded when it is first wanted, and again while it can't be. `load` may change with `name` only. */
export function usePart<T>(name: string, load: () => Promise<T>): Part<T> {
  const [loaded, setLoaded] = useState<{ name: string; part: Part<T> } | null>(null);
  const [failures, setFailures] = useState(0);
  const again = () => setFailures((before) => before + 1);
  useEffect(() => {
    let isWanted = true;
    let later: ReturnType<typeof setTimeout> | undefined;
    loadPart(load, failures).then(
      (value) => {
        if (!isWanted) return;
        setLoaded({ name, part: { state: 'there', value } });
        setFailures(0);
      },
      (error: unknown) => {
        if (!isWanted) return;
        setLoaded({ name, part: { state: 'failed', message: messageOf(error), again } });
        later = setTimeout(again, AGAIN_MS);
      },
    );
    return () => {
      isWanted = false;
      clearTimeout(later);
    };
  }, [name, failures]);
  return loaded?.name === name ? loaded.part : { state: 'loading' };
}

/**
 * Loads a part of the page; `failures`: how often that failed before. If the server has another build by now, whose
 * parts have other names, the page is loaded again. Rejects with what is to be done, in a sentence for people.
 */
export async function loadPart<T>(load: () => Promise<T>, failures = 0): Promise<T> {
  try {
    return await load();
  } catch {
    const build = await servedBuild();
    if (build === 'none')
      throw new Error('A part of this page could not be loaded: the service cannot be reached. Try again.');
    if ((build === 'another' || failures >= FAILURES) && reloadOnce())
      throw new Error('Muster was updated since this page was loaded. The page loads itself again…');
    throw new Error(
      build === 'another'
        ? 'Muster was updated since this page was loaded. Load the page again.'
        : 'A part of this page could not be loaded. Try again, or load the page again.',
    );
  }
}

/** Which build of this page the server has. */
async function servedBuild(): Promise<'this' | 'another' | 'none'> {
  const script = document.querySelector('script[type="module"]')?.getAttribute('src');
  try {
    const response = await fetch('/', { cache: 'no-cache' });
    if (!response.ok) return 'none';
    const page = await response.text();
    return script != null && page.includes(script) ? 'this' : 'another';
  } catch {
    return 'none';
  }
}

/** Loads the page again, but for a while not twice: what a load does not mend would go on for ever. False: it was just loaded again. */
function reloadOnce(): boolean {
  try {
    const last = Number(sessionStorage.getItem(RELOADED_KEY));
    if (Date.now() - last < RELOAD_MS) return false;
    sessionStorage.setItem(RELOADED_KEY, String(Date.now()));
  } catch {
    // Without a memory it might go on for ever.
    return false;
  }
  location.reload();
  return true;
}
