/** What a cell's first line says, as far as a front end needs it. */

export interface Magic {
  /** `hermetic_tool`, `tool_call`, ... */
  name: string;
  /** Flags with their first values; a flag without one has the empty text. */
  flags: Map<string, string>;
  /** What stands on the line besides flags. */
  words: string[];
  /** The cell without its first line. */
  body: string;
}

const LINE = /^\s*%%(hermetic_tool|tool_call|agent)\b([^\n]*)(?:\n([\s\S]*))?$/;
/** Flags that stand alone: the next word is not theirs. */
const ALONE = new Set(['--session', '--dry-run', '--explain', '--replay', '--record', '--live', '--continue']);

/** Read a cell; null where it begins with none of our cell magics. */
export function magicOf(source: string): Magic | null {
  const found = LINE.exec(source);
  if (!found) {
    return null;
  }
  const flags = new Map<string, string>();
  const words: string[] = [];
  const parts = (found[2] ?? '').match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  for (let place = 0; place < parts.length; place++) {
    const part = parts[place] ?? '';
    if (!part.startsWith('-')) {
      words.push(part);
      continue;
    }
    const [name = part, value] = part.split('=', 2);
    const next = parts[place + 1];
    if (value !== undefined) {
      flags.set(name, value);
    } else if (!ALONE.has(name) && next !== undefined && !next.startsWith('-')) {
      flags.set(name, next);
      place++;
    } else {
      flags.set(name, '');
    }
  }
  return { name: found[1] ?? '', flags, words, body: found[3] ?? '' };
}

/** MIME types that JupyterLab's languages go by; Zig, which it has none for, is nearest to Rust in its words. */
const TYPES: { [language: string]: string } = {
  c: 'text/x-csrc',
  cpp: 'text/x-c++src',
  rust: 'text/x-rustsrc',
  zig: 'text/x-rustsrc',
  ts: 'application/typescript',
  wat: 'text/webassembly',
  json: 'application/json',
  text: 'text/plain'
};

/** The MIME type of a cell's text by its first line; null where it is the notebook's own language. */
export function mimeOf(source: string): string | null {
  const magic = magicOf(source);
  switch (magic?.name) {
    case 'hermetic_tool':
      return TYPES[magic.flags.get('--lang') ?? ''] ?? null;
    case 'tool_call':
      return TYPES['json'] ?? null;
    case 'agent':
      return TYPES['text'] ?? null;
  }
  return null;
}

/** The one public function at the top of a Python cell; null where there is none, or more than one. */
export function functionOf(source: string): string | null {
  const names = [...source.matchAll(/^(?:async[ \t]+)?def[ \t]+([A-Za-z]\w*)[ \t]*\(/gm)].map(found => found[1] ?? '');
  return names.length === 1 ? (names[0] ?? null) : null;
}

/** Whether a cell loads our extension. */
export function loads(source: string): boolean {
  return /^%load_ext[ \t]+hermetic_nb\b/m.test(source);
}
