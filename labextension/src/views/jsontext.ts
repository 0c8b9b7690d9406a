/** JSON (RFC 8259) as a user types it: its value, or where it stops being JSON. */

export type Parsed = { value: unknown } | { at: number; wrong: string };

const SPACE = /[ \t\r\n]*/y;
const TEXT = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y; // eslint-disable-line no-control-regex
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const DEEP = 500;

class Misfit {
  constructor(
    readonly at: number,
    readonly wrong: string
  ) {}
}

/** Read JSON; the place of an error is one of the text's characters, or its end. */
export function parsed(text: string): Parsed {
  try {
    new Scanner(text).document();
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    if (error instanceof Misfit) {
      return { at: error.at, wrong: error.wrong };
    }
    throw error;
  }
}

/** "line 2, column 5" of a place; the column alone where there is one line. */
export function where(text: string, at: number): string {
  const before = text.slice(0, at).split('\n');
  const column = (before[before.length - 1]?.length ?? 0) + 1;
  return text.includes('\n') ? `line ${before.length}, column ${column}` : `column ${column}`;
}

class Scanner {
  private at = 0;

  constructor(private text: string) {}

  document(): void {
    this.value(0);
    this.skip(SPACE);
    if (this.at < this.text.length) {
      throw new Misfit(this.at, 'the value has ended before');
    }
  }

  private value(depth: number): void {
    if (depth > DEEP) {
      throw new Misfit(this.at, 'nested too deep');
    }
    this.skip(SPACE);
    const first = this.text[this.at];
    if (first === '[') {
      this.items(']', () => this.value(depth + 1));
    } else if (first === '{') {
      this.items('}', () => this.pair(depth + 1));
    } else if (first === '"') {
      this.string();
    } else if (!this.skip(NUMBER) && !this.skip(WORD)) {
      throw new Misfit(this.at, first === "'" ? 'text stands in double quotes' : 'a value is needed here');
    }
  }

  private items(end: string, item: () => void): void {
    this.at++;
    this.skip(SPACE);
    if (this.text[this.at] === end) {
      this.at++;
      return;
    }
    for (;;) {
      item();
      this.skip(SPACE);
      const next = this.text[this.at];
      if (next !== ',' && next !== end) {
        throw new Misfit(this.at, `"," or "${end}" is needed here`);
      }
      this.at++;
      if (next === end) {
        return;
      }
    }
  }

  private pair(depth: number): void {
    this.skip(SPACE);
    if (this.text[this.at] !== '"') {
      throw new Misfit(this.at, 'a key in double quotes is needed here');
    }
    this.string();
    this.skip(SPACE);
    if (this.text[this.at] !== ':') {
      throw new Misfit(this.at, '":" is needed here');
    }
    this.at++;
    this.value(depth);
  }

  private string(): void {
    if (!this.skip(TEXT)) {
      throw new Misfit(this.at, 'this text does not end, or holds what JSON text may not');
    }
  }

  private skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    this.at += found?.[0].length ?? 0;
    return found !== null;
  }
}
