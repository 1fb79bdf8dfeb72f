import { z } from 'zod';

/** As a schema's `safeParse`: the same verdict, the same data. An optional key may be there as `undefined`. */
export type Parser<S extends z.ZodType> = (input: unknown) => z.ZodSafeParseResult<z.output<S>>;

/**
 * A schema's `safeParse` with a fast way in front: code made from the schema's own definition, that answers for what
 * fits. What does not fit, and what the code cannot tell, zod judges, so every error is zod's.
 */
export function compiled<S extends z.ZodType>(schema: S): Parser<S> {
  let parse: Compiled<z.output<S>> | null = null;
  return (input) => {
    // Made when the first value comes: a start should not wait for types that never do.
    parse ??= new Code().compile<z.output<S>>(schema);
    const data = parse(input);
    return data === undefined ? schema.safeParse(input) : { success: true, data };
  };
}

/** Gives the parsed value, or undefined for what zod has to judge. */
type Compiled<T> = (input: unknown) => T | undefined;

/** Statements that leave the function where a value does not fit, and an expression for the parsed value. */
interface Piece {
  readonly statements: string;
  readonly value: string;
}

class Code {
  /** What the code refers to by name: refinements, transforms, patterns. */
  readonly #constants: unknown[] = [];
  #names = 0;

  compile<T>(schema: z.core.$ZodType): Compiled<T> {
    const { statements, value } = this.#piece(schema, 'input');
    const names = this.#constants.map((_, index) => `c${index}`);
    const body = `'use strict'; return (input) => { ${statements} return ${value}; };`;
    return new Function(...names, body)(...this.#constants);
  }

  #piece(schema: z.core.$ZodType, input: string): Piece {
    const piece = this.#form(schema, input);
    const checks = piece === null ? null : this.#checks(schema._zod.def.checks ?? [], piece.value);
    if (piece !== null && checks !== null) return { ...piece, statements: piece.statements + checks };
    const answer = this.#name();
    const statements = `const ${answer} = ${this.#constant(schema)}.safeParse(${input}); if (!${answer}.success) return;`;
    return { statements, value: `${answer}.data` };
  }

  /** The value without the checks on it; null for a kind of schema that is left to zod. */
  #form(schema: z.core.$ZodType, input: string): Piece | null {
    const judged = (condition: string): Piece => ({
      statements: `if (!(${condition})) return;`,
      value: input,
    });
    if (schema instanceof z.ZodString)
      return schema.def.coerce ? null : judged(`typeof ${input} === 'string'`);
    if (schema instanceof z.ZodNumberFormat) {
      return schema.format === 'safeint' ? judged(`Number.isSafeInteger(${input})`) : null;
    }
    if (schema instanceof z.ZodNumber) return schema.def.coerce ? null : judged(`Number.isFinite(${input})`);
    if (schema instanceof z.ZodBoolean)
      return schema.def.coerce ? null : judged(`typeof ${input} === 'boolean'`);
    if (schema instanceof z.ZodEnum || schema instanceof z.ZodLiteral) {
      const texts = [...(schema instanceof z.ZodEnum ? schema.options : schema.values)];
      if (!texts.every((text) => typeof text === 'string')) return null;
      return judged(texts.map((text) => `${input} === ${JSON.stringify(text)}`).join(' || '));
    }
    if (schema instanceof z.ZodObject) return this.#object(schema, input);
    if (schema instanceof z.ZodArray) return this.#array(schema.def.element, input);
    if (schema instanceof z.ZodOptional) return this.#unlessAbsent(schema.def.innerType, input, undefined);
    if (schema instanceof z.ZodDefault) {
      return this.#unlessAbsent(schema.def.innerType, input, schema.def.defaultValue);
    }
    if (schema instanceof z.ZodUnion) return this.#union(schema.def.options, input);
    if (schema instanceof z.ZodPipe) return this.#pipe(schema.def.in, schema.def.out, input);
    return null;
  }

  #object({ shape, def: { catchall } }: z.ZodObject, input: string): Piece | null {
    if (catchall !== undefined && !(catchall instanceof z.ZodNever)) return null;
    const keys = Object.keys(shape);
    const known = keys.map((key) => `case ${JSON.stringify(key)}:`).join('');
    const key = this.#name();
    const strict = `for (const ${key} in ${input}) switch (${key}) { ${known} break; default: return; }`;
    const pieces = keys.map((name) => {
      const value = this.#name();
      const piece = this.#piece(shape[name], value);
      return {
        statements: `const ${value} = ${input}[${JSON.stringify(name)}]; ${piece.statements}`,
        value: `${JSON.stringify(name)}: ${piece.value}`,
      };
    });
    // A literal with every key: all values of a type have one shape, which what reads them is quicker with.
    const output = this.#name();
    return {
      statements: [
        `if (typeof ${input} !== 'object' || ${input} === null || Array.isArray(${input})) return;`,
        ...(catchall === undefined ? [] : [strict]),
        ...pieces.map(({ statements }) => statements),
        `const ${output} = { ${pieces.map(({ value }) => value).join()} };`,
      ].join('\n'),
      value: output,
    };
  }

  #array(element: z.core.$ZodType, input: string): Piece {
    const [output, item] = [this.#name(), this.#name()];
    const { statements, value } = this.#piece(element, item);
    return {
      statements: `if (!Array.isArray(${input})) return;
        const ${output} = [];
        for (const ${item} of ${input}) { ${statements} ${output}.push(${value}); }`,
      value: output,
    };
  }

  #unlessAbsent(inner: z.core.$ZodType, input: string, otherwise: unknown): Piece | null {
    // What is optional around a default gets that, and a default that is an object is a new one each time.
    if (inner instanceof z.ZodDefault || Object(otherwise) === otherwise) return null;
    const output = this.#name();
    const { statements, value } = this.#piece(inner, input);
    return {
      statements: `let ${output} = ${this.#constant(otherwise)};
        if (${input} !== undefined) { ${statements} ${output} = ${value}; }`,
      value: output,
    };
  }

  #union(options: readonly z.core.$ZodType[], input: string): Piece {
    const output = this.#name();
    const tries = options.map((option) => {
      const parse = this.#constant(new Code().compile(option));
      return `if (${output} === undefined) ${output} = ${parse}(${input});`;
    });
    return {
      statements: `let ${output}; ${tries.join(' ')} if (${output} === undefined) return;`,
      value: output,
    };
  }

  #pipe(from: z.core.$ZodType, to: z.core.$ZodType, input: string): Piece | null {
    // One that asks for more than the value may refuse it.
    if (!(to instanceof z.ZodTransform) || to.def.transform.length > 1) return null;
    const output = this.#name();
    const { statements, value } = this.#piece(from, input);
    return {
      statements: `${statements} const ${output} = ${this.#constant(to.def.transform)}(${value});`,
      value: output,
    };
  }

  /** What leaves the function unless all checks hold; null if one is of a kind that is left to zod. */
  #checks(checks: readonly z.core.$ZodCheck<never>[], value: string): string | null {
    const conditions = checks.map((check) => this.#condition(check, value));
    return conditions.includes(null) ? null : conditions.map((one) => `if (!(${one})) return;`).join(' ');
  }

  #condition(check: z.core.$ZodCheck<never>, value: string): string | null {
    if (check instanceof z.core.$ZodCheckMinLength) {
      // Above 1 zod counts characters, which are not what `length` counts.
      return check._zod.def.minimum > 1 ? null : `${value}.length >= ${check._zod.def.minimum}`;
    }
    if (check instanceof z.core.$ZodCheckGreaterThan) {
      const { value: least, inclusive } = check._zod.def;
      return `${value} ${inclusive ? '>=' : '>'} ${this.#constant(least)}`;
    }
    if (check instanceof z.core.$ZodCheckLessThan) {
      const { value: most, inclusive } = check._zod.def;
      return `${value} ${inclusive ? '<=' : '<'} ${this.#constant(most)}`;
    }
    if (check instanceof z.core.$ZodCheckRegex) {
      const { pattern } = check._zod.def;
      return pattern.global || pattern.sticky ? null : `${this.#constant(pattern)}.test(${value})`;
    }
    return check._zod.def.check === 'custom' ? `${this.#constant(holds(check))}(${value})` : null;
  }

  #constant(value: unknown): string {
    return `c${this.#constants.push(value) - 1}`;
  }

  #name(): string {
    return `v${this.#names++}`;
  }
}

/** Whether a refinement finds nothing to complain of. */
function holds(check: z.core.$ZodCheck<never>): (value: never) => boolean {
  return (value) => {
    const issues: z.core.$ZodRawIssue[] = [];
    check._zod.check({ value, issues });
    return issues.length === 0;
  };
}
