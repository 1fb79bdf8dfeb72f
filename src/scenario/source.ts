import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
  type Scalar,
} from 'yaml';
import { jsonPath } from '../../events/event.ts';
import type { Place, Problem } from './problem.ts';
import { MAX_SCRIPT_LENGTH } from './script-file.ts';

const MAX_DEPTH = 64;
const MAX_NODES = 500_000;

/** A value of a script with its place. */
interface SourceNode {
  readonly value: unknown;
  readonly offset: number;
  /** A number or a text as it stands there, quotes and all. */
  readonly written?: string;
  readonly children: ReadonlyMap<PropertyKey, { readonly keyOffset: number; readonly node: SourceNode }>;
}

/** A YAML text as plain data, every key and value of which has a place. */
export class Source {
  readonly file: string;
  readonly #root: SourceNode;
  readonly #lines: LineCounter;

  constructor(file: string, root: SourceNode, lines: LineCounter) {
    this.file = file;
    this.#root = root;
    this.#lines = lines;
  }

  /** The whole text as data: objects, arrays, texts, numbers, booleans and null. */
  get value(): unknown {
    return this.#root.value;
  }

  /** The value at a path; undefined if there is none. */
  at(path: readonly PropertyKey[]): unknown {
    const found = this.#find(path);
    return found.isWhole ? found.node.value : undefined;
  }

  /** The text of the number or text at a path, as it stands there; undefined if there is none. */
  writtenAt(path: readonly PropertyKey[]): string | undefined {
    const found = this.#find(path);
    return found.isWhole ? found.node.written : undefined;
  }

  /** Where the value of a path stands; of one that is not there, the value that should hold it. */
  placeOf(path: readonly PropertyKey[]): Place {
    return placeAt(this.#lines, this.#find(path).node.offset);
  }

  /** Where the key that a path ends in stands. */
  placeOfKey(path: readonly PropertyKey[]): Place {
    const found = this.#find(path);
    return placeAt(this.#lines, found.isWhole ? found.keyOffset : found.node.offset);
  }

  /** A problem with the value at a path, or with the key that it ends in. */
  problem(
    path: readonly PropertyKey[],
    message: string,
    suggestion?: string,
    of: 'value' | 'key' = 'value',
  ): Problem {
    const place = of === 'key' ? this.placeOfKey(path) : this.placeOf(path);
    return problemAt(this.file, place, path, message, suggestion);
  }

  #find(path: readonly PropertyKey[]): { node: SourceNode; keyOffset: number; isWhole: boolean } {
    let found = { node: this.#root, keyOffset: this.#root.offset, isWhole: true };
    for (const key of path) {
      const child = found.node.children.get(key);
      if (child === undefined) return { ...found, isWhole: false };
      found = { ...child, isWhole: true };
    }
    return found;
  }
}

export type SourceReading =
  | { readonly ok: true; readonly source: Source }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads YAML 1.2 (core schema: a date stays a text) as plain data. Total: tags, duplicate keys, several documents,
 * numbers that JSON has not, what nests or multiplies too much, and anything that is no YAML are problems.
 */
export function readSource(file: string, text: string): SourceReading {
  const lines = new LineCounter();
  const fail = (offset: number, message: string): SourceReading => ({
    ok: false,
    problems: [problemAt(file, placeAt(lines, offset), [], message)],
  });
  if (text.length > MAX_SCRIPT_LENGTH) {
    return fail(0, `${text.length} characters; a script has at most ${MAX_SCRIPT_LENGTH}. Split it`);
  }
  const parsed = parse(text, lines);
  if ('message' in parsed) return fail(parsed.offset, parsed.message);

  const [document, second] = parsed.documents;
  const wrong = document?.errors[0] ?? document?.warnings[0];
  if (wrong !== undefined) return fail(wrong.pos[0], `not plain YAML: ${wrong.message}`);
  if (document === undefined || document.contents === null) return fail(0, 'the script is empty');
  if (second !== undefined) {
    return fail(second.range[0], 'a second document; a script is one. Take out the line ---');
  }

  const walk = new Walk();
  const root = walk.node(document.contents, 0);
  if (walk.faults.length > 0) {
    const problems = walk.faults.map(({ offset, path, message }) =>
      problemAt(file, placeAt(lines, offset), path, message),
    );
    return { ok: false, problems };
  }
  return { ok: true, source: new Source(file, root, lines) };
}

interface Fault {
  readonly offset: number;
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

const TOO_DEEP = `nested deeper than ${MAX_DEPTH} levels`;

/** Composing recurses and would exhaust the stack, so depth is judged before, on the tokens. */
function parse(
  text: string,
  lines: LineCounter,
): { documents: Document.Parsed[] } | { offset: number; message: string } {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > MAX_DEPTH) return { offset: parser.offset, message: TOO_DEEP };
  }
  tokens.push(...parser.end());
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    resolveKnownTags: false,
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
  });
  return { documents: [...composer.compose(tokens, true, text.length)] };
}

/** YAML nodes to data. Aliases stand for a copy of what they name, within a budget. */
class Walk {
  readonly faults: Fault[] = [];
  readonly #path: PropertyKey[] = [];
  readonly #anchors = new Map<string, unknown>();
  #nodes = 0;

  /** `aliasOffset`: inside an alias, where it stands: what it names has its place there. */
  node(node: unknown, keyOffset: number, aliasOffset?: number): SourceNode {
    this.#nodes += 1;
    if (this.#path.length > MAX_DEPTH) return this.#fault(keyOffset, TOO_DEEP);
    if (this.#nodes > MAX_NODES) {
      return this.#fault(keyOffset, `more than ${MAX_NODES} values; aliases multiply what they name`);
    }
    if (isAlias(node)) {
      const offset = aliasOffset ?? node.range?.[0] ?? keyOffset;
      if (!this.#anchors.has(node.source)) {
        return this.#fault(offset, `*${node.source} names nothing; write &${node.source} before it`);
      }
      return this.node(this.#anchors.get(node.source), offset, offset);
    }
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return leaf(null, aliasOffset ?? keyOffset);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);

    const offset = aliasOffset ?? node.range?.[0] ?? keyOffset;
    if (isScalar(node)) {
      const { value, source } = node;
      if (typeof value === 'number' && !Number.isFinite(value)) {
        return this.#fault(offset, `${source ?? value} is not a number that can be written in JSON`);
      }
      const isLeftOut = value === null && (source === undefined || source === '');
      return { ...leaf(value, isLeftOut ? (aliasOffset ?? keyOffset) : offset), written: writtenAs(node) };
    }

    const children = new Map<PropertyKey, { keyOffset: number; node: SourceNode }>();
    if (isSeq(node)) {
      const value: unknown[] = [];
      for (const [index, item] of node.items.entries()) {
        const child = this.#child(index, item, offset, aliasOffset);
        children.set(index, { keyOffset: child.offset, node: child });
        value.push(child.value);
        if (this.#isExhausted) break;
      }
      return { value, offset, children };
    }
    const value: Record<string, unknown> = {};
    for (const { key, value: item } of node.items) {
      const at = aliasOffset ?? (isNode(key) ? (key.range?.[0] ?? offset) : offset);
      const name = isScalar(key) ? keyText(key.value, key.source) : null;
      if (name === null) {
        this.#fault(at, 'expected a name before the colon');
        continue;
      }
      if (name === '__proto__' || children.has(name)) {
        this.#path.push(name);
        this.#fault(at, name === '__proto__' ? 'this name is not taken' : `"${name}" is there twice`);
        this.#path.pop();
        continue;
      }
      const child = this.#child(name, item, at, aliasOffset);
      children.set(name, { keyOffset: at, node: child });
      value[name] = child.value;
      if (this.#isExhausted) break;
    }
    return { value, offset, children };
  }

  get #isExhausted(): boolean {
    return this.#nodes > MAX_NODES;
  }

  #child(key: PropertyKey, node: unknown, keyOffset: number, aliasOffset: number | undefined): SourceNode {
    this.#path.push(key);
    const child = this.node(node, keyOffset, aliasOffset);
    this.#path.pop();
    return child;
  }

  #fault(offset: number, message: string): SourceNode {
    const last = this.faults.at(-1);
    if (last?.message !== message || last.offset !== offset) {
      this.faults.push({ offset, message, path: [...this.#path] });
    }
    return leaf(null, offset);
  }
}

function leaf(value: unknown, offset: number): SourceNode {
  return { value, offset, children: new Map() };
}

function writtenAs({ type, source, value }: Scalar): string {
  const text = source ?? String(value);
  if (type === 'QUOTE_DOUBLE') return JSON.stringify(value);
  return type === 'QUOTE_SINGLE' ? `'${text}'` : text;
}

function keyText(value: unknown, source: string | undefined): string | null {
  if (typeof value === 'string') return value;
  // What a tool that reads YAML 1.1 makes of the key `on`, and writes.
  if (value === true) return 'on';
  return value === null || source === undefined ? null : source;
}

function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function problemAt(
  file: string,
  { line, column }: Place,
  path: readonly PropertyKey[],
  message: string,
  suggestion?: string,
): Problem {
  const problem = { file, line, column, path: jsonPath(path), message };
  return suggestion === undefined ? problem : { ...problem, suggestion };
}
