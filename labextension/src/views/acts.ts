import type { Layer, Running, ToolDetail, ToolRow } from '../data';

/** What the views let a user do. An act that is left out has no button. */
export interface Acts {
  copy(text: string): void;
  /** Put a call of the tool into the notebook. */
  insertCall?(tool: ToolRow): void;
  /** Put a call with these arguments into the notebook, and run it. */
  run?(tool: ToolDetail, args: { [name: string]: unknown }): void;
  verify?(tool: ToolRow): void;
  replay?(tool: ToolRow, receipt: string): void;
  exportTool?(tool: ToolRow): void;
  stop?(running: Running): void;
}

export interface Options {
  /** Highlighted source; without it the source is plain text. */
  highlight?: (source: string, language: string) => Node;
  /** What a kernel tells: the calls that run now, its isolation layers, and notice of changes. */
  running?: { list(): Running[]; layers?(): Layer[]; onChange(listener: () => void): () => void };
  title?: string;
}
