import type { Layer, Running, ToolDetail, ToolRow } from '../data';
import type { Source } from '../source';

/** An act that ends later is a promise; one that rejects was refused. */
export type Done = void | Promise<void>;

/** What the views let a user do. An act that is left out has no button. */
export interface Acts {
  /** Put text on the clipboard. */
  copy(text: string): Done;
  /** Put a call of the tool into the notebook. */
  insertCall?(tool: ToolRow): Done;
  /** Put a call with these arguments (the text of one JSON object) into the notebook, and run it. */
  run?(tool: ToolDetail, args: string): Done;
  verify?(tool: ToolRow): Done;
  replay?(tool: ToolRow, receipt: string): Done;
  /** Leave names out of lists and searches; `restore` takes them in again. */
  trim?(names: string[]): Done;
  restore?(names: string[]): Done;
  exportTool?(tool: ToolRow): void;
  stop?(running: Running): void;
}

export interface Options {
  /** Highlighted source; without it the source is plain text. */
  highlight?: (source: string, language: string) => Node;
  /** What a kernel tells: the calls that run now, its isolation layers, and notice of changes. */
  running?: { list(): Running[]; layers?(): Layer[]; onChange(listener: () => void): () => void };
  title?: string;
  /** Acts copy the text of a cell, where the front end cannot put one into the notebook. */
  byCopy?: boolean;
  /** What to do where answers do not come. */
  slow?: string;
}

/** What the parts of a panel share. */
export interface Context {
  source: Source;
  acts: Acts;
  options: Options;
  /** Show another tool. */
  open(reference: string): void;
  /** Show how the tools were used. */
  openUse(): void;
}
