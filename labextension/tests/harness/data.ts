/** A registry as the catalogue would answer it, with what strangers may put into it: for looking at the views in a browser. */

import type { Diff, Layer, Page, ReceiptDetail, ReceiptRow, Status, ToolDetail, ToolRow } from '../../src/data';
import { SourceError, type Params, type Source } from '../../src/source';

export const BAD = '<img src=x onerror="globalThis.hacked = true"><script>globalThis.hacked = true</script>\u202egnp.evil';

const digest = (seed: number): string =>
  `sha256:${Array.from({ length: 8 }, (_, place) => ((seed * 2654435761 + place * 40503 * 977) >>> 0).toString(16).padStart(8, '0')).join('')}`;

const TOOLS: [string, string, string, Partial<ToolRow>][] = [
  ['gc_content', 'native', 'Fraction of G and C in a DNA sequence.', { signature: '(seq: str, window: int = 0) -> float', versions: 3, version: 3 }],
  ['both_ways', 'pure', 'The text backwards, and in capitals, and what a critic says of both.', { signature: '(text: str) -> list', capabilities: ['call_agent', 'tool: turned', 'tool: shout'], examples: 0 }],
  ['nearest_star', 'python', 'The star of the catalogue that stands nearest to a place in the sky, in degrees of right ascension and declination, with its name and magnitude.', { capabilities: ['data: stars', 'wheel: numpy 2.1.0', 'env: SKY_KEY'], size: 41_800, reason: 'numpy is not in the native subset' }],
  ['mandelbrot', 'rust', 'Rounds until a point leaves the circle.', { language: 'rust', size: 812 }],
  ['crc32', 'c', 'Checksum of bytes.', { language: 'c', size: 655, reused: 0 }],
  ['pipeline', 'composed', 'Cleans, counts, and ranks.', { capabilities: ['tool: gc_content', 'tool: both_ways'] }],
  ['a_tool_whose_name_is_as_long_as_names_may_be_and_then_some_more_of_it', 'wat', 'A long name.', { language: 'wat' }],
  ['stranger', 'native', BAD, { capabilities: [BAD, 'x'.repeat(10_000)], signature: `(a: ${'list['.repeat(400)}) -> None` }],
  ['zalgo', 'native', `${'e\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308'.repeat(20)} ${'w'.repeat(10_000)}`, {}]
];

function toolRow(place: number): ToolRow {
  const [name, kind, summary, more] = TOOLS[place] ?? [`tool_${place}`, 'native', `Counts the apples of basket ${place}.`, {}];
  return {
    name,
    version: 1,
    digest: digest(place + 1),
    kind,
    reason: kind === 'native' ? 'every construct is in the native subset' : '',
    language: 'python',
    size: 1610 + place * 37,
    capabilities: [],
    summary,
    signature: '(x: int) -> int',
    examples: place % 4,
    versions: 1,
    calls: (place * 7919) % 1500,
    reused: (place * 31) % 60,
    ...more
  };
}

const SOURCE = `def gc_content(seq: str, window: int = 0) -> float:
    """Fraction of G and C in a DNA sequence.

    >>> gc_content("GATTACA")
    0.2857142857142857
    """
    hits = 0
    for c in seq[window:]:  # from here on, the whole of the rest of it is looked at
        if c == "G" or c == "C":
            hits += 1
    return hits / len(seq)
`;

function toolDetail(place: number): ToolDetail {
  const row = toolRow(place);
  const node = (other: number, more = {}) => ({ digest: digest(other + 1), name: toolRow(other).name, kind: toolRow(other).kind, present: true, ...more });
  const edge = (from: number, to: number, role = 'uses') => ({ from: digest(from + 1), to: digest(to + 1), role });
  return {
    ...row,
    doc: 'Fraction of G and C in a DNA sequence.\n\n>>> gc_content("GATTACA")\n0.2857142857142857',
    source: place === 7 ? `# ${BAD}\n${'x'.repeat(10_000)}` : SOURCE,
    parameters: [
      { name: 'seq', annotation: 'str', schema: { type: 'string' }, required: true },
      { name: 'window', annotation: 'int', schema: { type: 'integer' }, required: false, default: 0 },
      { name: 'exact', annotation: 'bool', schema: { type: 'boolean' }, required: false, default: true },
      { name: 'mode', annotation: "Literal['fast', 'slow']", schema: { enum: ['fast', 'slow'] }, required: true },
      { name: 'weights', annotation: 'list[float]', schema: { type: 'array', items: { type: 'number' } }, required: true },
      { name: 'at', annotation: 'Point', schema: { $ref: '#/$defs/Point' }, required: true },
      { name: 'limit', annotation: 'int | None', schema: { anyOf: [{ type: 'integer' }, { type: 'null' }] }, required: false, default: null }
    ],
    schema: {
      $defs: { Point: { type: 'object', properties: { x: { type: 'number' }, y: { type: 'number' } }, required: ['x', 'y'], additionalProperties: false } }
    },
    result: { annotation: 'float', schema: { type: 'number' } },
    manifest: { name: row.name, tier: row.kind, limits: { fuel: 10_000_000, depth: 1000 }, capabilities: row.capabilities, engine: { name: 'wasmtime', version: '29' } },
    created: '2026-11-26T12:00:00Z',
    proof: { reason: '', examples: row.examples, compared: 120, reference: 'CPython' },
    history: Array.from({ length: row.versions }, (_, back) => ({
      version: row.versions - back,
      digest: back ? digest(900 + back) : row.digest,
      kind: row.kind,
      size: row.size - back * 40,
      created: '2026-11-26T12:00:00Z'
    })),
    graph: {
      nodes: [...new Set([place, 5, 0, 1, 2, 7])].map(one => node(one)).concat([
        node(100, { name: 'stars.csv', kind: 'data' }),
        node(101, { name: 'numpy 2.1.0', kind: 'wheel' }),
        node(102, { name: 'gone', kind: 'missing', present: false })
      ]),
      edges: [edge(5, 0), edge(5, 1), edge(1, 2), edge(1, 7), edge(0, 2), edge(5, 100, 'data'), edge(2, 100, 'data'), edge(2, 101, 'wheel'), edge(1, 102)],
      cut: place === 7
    }
  };
}

function receiptRow(place: number): ReceiptRow {
  const failed = place % 5 === 3;
  return {
    digest: digest(5000 + place),
    tool: digest(2),
    outcome: failed ? 'error' : 'value',
    inputs: place === 1 ? `text=${BAD}` : `text='stressed ${place}'`,
    output: failed ? 'ValueError: the text is empty' : "['desserts', 'STRESSED', '16 letters']",
    events: 4
  };
}

function receipt(place: number): ReceiptDetail {
  const row = receiptRow(place);
  const event = (round: number, depth: number, agent: string, request: string, answer: string, ok = true) => ({ round, depth, agent, tool: agent === 'critic' ? null : digest(3), request, answer, ok });
  return {
    ...row,
    inputsJson: { text: 'stressed' },
    outputJson: ['desserts', 'STRESSED', '16 letters'],
    error: row.outcome === 'error' ? { exception: 'ValueError', message: 'the text is empty', line: 3 } : null,
    environment: { engine: 'wasmtime 29' },
    trace: [
      event(0, 0, 'turned', '{"text":"stressed"}', '"desserts"'),
      event(0, 1, 'critic', '{"input":"inner"}', '"a call of the tool that was called"'),
      event(0, 0, 'shout', '{"text":"stressed"}', '"STRESSED"'),
      event(1, 0, 'critic', '{"input":"dessertsSTRESSED"}', row.outcome === 'error' ? 'TimeoutError: no answer' : '"16 letters"', row.outcome !== 'error')
    ]
  };
}

const LAYERS: Layer[] = [
  { layer: 'WebAssembly', active: true, reason: '' },
  { layer: 'process', active: true, reason: '' },
  { layer: 'seccomp', active: true, reason: '' },
  { layer: 'Landlock', active: true, reason: '' },
  { layer: 'network namespace', active: false, reason: 'the host refuses user namespaces: kernel.unprivileged_userns_clone is 0' }
];

const DIFF: Diff = {
  from: digest(901),
  to: digest(1),
  lines: [
    ...Array.from({ length: 30 }, (_, place) => ({ kind: ' ' as const, text: `    line ${place + 1} of what stays the same`, left: place + 1, right: place + 1 })),
    { kind: '-', text: '    for c in seq:', left: 31 },
    { kind: '+', text: '    for c in seq[window:]:  # from here on, the whole of the rest of it is looked at', right: 31 },
    { kind: ' ', text: '        hits += 1', left: 32, right: 32 }
  ]
};

/** What a harness wants to see: `hash` of its page. */
export type Wanted = { state: string; count: number };

/** Answers at once, never, or with an error, as the wanted state has it. */
export class HarnessSource implements Source {
  constructor(private wanted: Wanted) {}

  async get<T>(path: string, params: Params = {}): Promise<T> {
    if (this.wanted.state === 'loading') {
      return new Promise<T>(() => undefined);
    }
    if (this.wanted.state === 'error') {
      throw new SourceError('The registry cannot be read: permission denied', 'Look at the rights of the folder that HERMETIC_REGISTRY names.');
    }
    return this.answer(path, params) as T;
  }

  onChange(): () => void {
    return () => undefined;
  }

  private answer(path: string, params: Params): unknown {
    const [head, rest] = path.split('/');
    switch (head) {
      case 'status':
        return { version: '0.1.0', writable: this.wanted.state !== 'readonly', tools: this.wanted.count, generation: 'g', isolation: LAYERS } satisfies Status;
      case 'tools':
        return rest ? toolDetail(this.all().findIndex(row => row.digest === rest || row.name === rest)) : this.page(this.found(String(params['query'] ?? '')), params);
      case 'receipts':
        return rest ? receipt(this.receipts().findIndex(row => row.digest === rest)) : this.page(this.receipts(), params);
      case 'diff':
        return DIFF;
    }
    throw new SourceError(`there is nothing at ${path}`);
  }

  private all(): ToolRow[] {
    return Array.from({ length: this.wanted.count }, (_, place) => toolRow(place));
  }

  private found(query: string): ToolRow[] {
    return this.all().filter(row => row.name.includes(query) || row.summary.includes(query));
  }

  private receipts(): ReceiptRow[] {
    return this.wanted.state === 'bare' ? [] : Array.from({ length: 43 }, (_, place) => receiptRow(place));
  }

  private page<T>(items: T[], params: Params): Page<T> {
    const offset = Number(params['offset'] ?? 0);
    return { generation: 'g', total: items.length, offset, items: items.slice(offset, offset + Number(params['limit'] ?? 50)) };
  }
}
