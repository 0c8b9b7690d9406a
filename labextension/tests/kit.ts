import axe from 'axe-core';

import type { ToolDetail, ToolRow } from '../src/data';
import { SourceError, type Params, type Source } from '../src/source';

// jsdom draws nothing; axe-core asks whether a font has its letters as pictures, and takes no for an answer.
HTMLCanvasElement.prototype.getContext = () => null;

export const BAD = '<img src=x onerror="globalThis.hacked = true"><script>globalThis.hacked = true</script>\u202e';

export function row(name: string, more: Partial<ToolRow> = {}): ToolRow {
  return {
    name,
    version: 1,
    digest: `sha256:${[...name].map(letter => letter.charCodeAt(0).toString(16)).join('').padEnd(64, '0').slice(0, 64)}`,
    kind: 'native',
    reason: 'every construct is in the native subset',
    language: 'python',
    size: 1610,
    capabilities: [],
    summary: `What ${name} does.`,
    signature: '(seq: str, n: int = 3) -> float',
    examples: 2,
    versions: 1,
    calls: 7,
    reused: 3,
    ...more
  };
}

export function detail(name: string, more: Partial<ToolDetail> = {}): ToolDetail {
  const base = row(name);
  return {
    ...base,
    doc: 'All of it.',
    source: 'def f(seq: str) -> float:\n    return 0.5  # half\n',
    parameters: [
      { name: 'seq', annotation: 'str', schema: { type: 'string' }, required: true },
      { name: 'n', annotation: 'int', schema: { type: 'integer' }, required: false, default: 3 }
    ],
    result: { annotation: 'float', schema: { type: 'number' } },
    schema: {},
    manifest: { name, limits: { depth: 1000 } },
    created: '2026-11-26T12:00:00Z',
    proof: { reason: '', examples: 2, compared: 120, reference: 'CPython' },
    history: [{ version: 1, digest: base.digest, kind: 'native', size: 1610, created: '2026-11-26T12:00:00Z' }],
    graph: { nodes: [{ digest: base.digest, name, kind: 'native', present: true }], edges: [], cut: false },
    ...more
  };
}

/** Answers from a table: path -> what a function of the parameters gives, at once or later. */
export class TableSource implements Source {
  asked: { path: string; params: Params }[] = [];
  private listeners = new Set<() => void>();

  constructor(private table: { [path: string]: (params: Params) => unknown }) {}

  async get<T>(path: string, params: Params = {}): Promise<T> {
    this.asked.push({ path, params });
    const found = this.table[path];
    if (!found) {
      throw new SourceError(`nothing at ${path}`, 'look elsewhere');
    }
    return (await found(params)) as T;
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  change(): void {
    this.listeners.forEach(listener => listener());
  }
}

export function page<T>(items: T[], total = items.length, offset = 0): unknown {
  return { generation: 'g', total, offset, items };
}

export const STATUS = () => ({ version: '1', writable: true, tools: 1, generation: 'g', isolation: [] });

/** Let promises come to rest. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 12; round++) {
    await Promise.resolve();
  }
}

/** What axe-core calls serious or critical; colours need a real browser. */
export async function serious(node: HTMLElement): Promise<string[]> {
  document.body.replaceChildren(node);
  const found = await axe.run(node, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } });
  return found.violations.filter(one => one.impact === 'serious' || one.impact === 'critical').map(one => `${one.id}: ${one.help}`);
}
