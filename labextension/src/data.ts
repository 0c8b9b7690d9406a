/** What the catalogue answers (hermetic_nb/catalogue). Every string in it may come from a stranger. */

export interface Layer {
  layer: string;
  active: boolean;
  reason: string;
}

export interface Status {
  version: string;
  writable: boolean;
  tools: number;
  generation: string;
  isolation: Layer[];
}

export interface Page<T> {
  generation: string;
  total: number;
  offset: number;
  items: T[];
}

export interface ToolRow {
  name: string;
  version: number;
  digest: string;
  kind: string;
  reason: string;
  language: string;
  size: number;
  capabilities: string[];
  summary: string;
  signature: string;
  /** Examples that passed when the tool was sealed. */
  examples: number;
  versions: number;
  calls: number;
  /** Calls in other sessions than the one that made the tool. */
  reused: number;
}

export type Schema = { readonly [key: string]: unknown };

export interface Parameter {
  name: string;
  annotation: string;
  schema: Schema;
  required: boolean;
  default?: unknown;
}

export interface Version {
  version: number;
  digest: string;
  kind: string;
  size: number;
  created: string;
}

export interface GraphNode {
  digest: string;
  name: string;
  kind: string;
  present: boolean;
}

export interface GraphEdge {
  from: string;
  to: string;
  role: string;
}

export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
  cut: boolean;
}

export interface ToolDetail extends ToolRow {
  doc: string;
  source: string;
  parameters: Parameter[];
  result: { annotation: string; schema: Schema };
  manifest: unknown;
  /** That of the arguments as one object, with the definitions that the others refer to. */
  schema: { readonly $defs?: { readonly [name: string]: Schema } };
  created: string;
  proof: { reason: string; examples: number; compared: number; reference: string };
  history: Version[];
  graph: Graph;
}

export interface Spare {
  name: string;
  digest: string;
  why: string;
  /** The name of the tool that does the same. */
  kept: string;
}

/** Figures of use (hermetic_nb/registry/statistics). */
export interface Use {
  statistics: {
    tools: number;
    never: number;
    once: number;
    repeatedly: number;
    elsewhere: number;
    calls: number;
    mean: number;
    median: number;
    most_used: { name: string; digest: string; calls: number }[];
    requests: { found: number; made: number; rejected: number };
  };
  spares: Spare[];
  trimmed: string[];
}

export interface ReceiptRow {
  digest: string;
  tool: string;
  outcome: 'value' | 'error';
  inputs: string;
  output: string;
  events: number;
}

export interface TraceEvent {
  round: number;
  depth: number;
  agent: string;
  tool: string | null;
  request: string;
  answer: string;
  ok: boolean;
}

export interface ReceiptDetail extends ReceiptRow {
  inputsJson: { [name: string]: unknown };
  outputJson: unknown;
  error: { exception: string; message: string; line?: number } | null;
  environment: { [name: string]: string };
  trace: TraceEvent[];
}

export interface DiffLine {
  kind: ' ' | '+' | '-';
  text: string;
  left?: number;
  right?: number;
}

export interface Diff {
  from: string;
  to: string;
  lines: DiffLine[];
}

/** A call of a tool that runs now. */
export interface Running {
  call: string;
  tool: string;
  digest: string;
  since: number;
}

/** The first digits of a digest. */
export function short(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12);
}

/** Bytes as a reader wants them. */
export function sized(bytes: number): string {
  if (bytes < 1000) {
    return `${bytes} B`;
  }
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** A count and its noun. */
export function counted(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}
