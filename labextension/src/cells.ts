/** The cells that acts on tools are: texts that a notebook records, and that can be run again. */

import type { ToolRow } from './data';

/** A call of a tool, its parameters to be filled in. */
export function callOf(tool: ToolRow): string {
  const inside = /^\((.*)\)\s*->/s.exec(tool.signature)?.[1] ?? '';
  const names = parts(inside)
    .filter(part => !part.includes('='))
    .map(part => part.split(':')[0]?.trim() ?? '')
    .filter(name => /^\w+$/.test(name) && name !== 'call_agent');
  return `%tool_call ${isName(tool.name) ? tool.name : tool.digest}${names.map(name => ` ${name}=...`).join('')}`;
}

/** A call of this version with these arguments: the text of one JSON object. */
export function runOf(tool: ToolRow, args: string): string {
  return `%%tool_call ${exact(tool)}\n${args}`;
}

/** Build a tool again, and compare the digests. */
export function verifyOf(tool: ToolRow): string {
  return `%tool_verify ${exact(tool)}`;
}

/** Leave tools out of lists and searches. */
export function trimOf(names: string[]): string {
  return `%tool_stats --trim ${names.filter(isName).join(' ')}`;
}

/** List trimmed tools again. */
export function restoreOf(names: string[]): string {
  return `%tool_stats --restore ${names.filter(isName).join(' ')}`;
}

/** Run a tool again from one of its receipts. */
export function replayOf(tool: ToolRow, receipt: string): string {
  return [
    'import hermetic_nb as hnb',
    '',
    `hnb.default().get(${JSON.stringify(tool.digest)}).replay(hnb.default().receipt(${JSON.stringify(receipt)}))`
  ].join('\n');
}

/** This version of the tool. A name that is none would be code of the cell: it stays out. */
function exact(tool: ToolRow): string {
  return isName(tool.name) ? `${tool.name}@${tool.digest}` : tool.digest;
}

function isName(text: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}\p{M}_]*$/u.test(text);
}

/** A signature's parameters: split at the commas that stand in no bracket and no text. */
function parts(signature: string): string[] {
  const text = signature.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, '""');
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (let place = 0; place <= text.length; place++) {
    const letter = text[place];
    if (letter === undefined || (letter === ',' && depth === 0)) {
      found.push(text.slice(start, place));
      start = place + 1;
    } else if ('([{'.includes(letter)) {
      depth++;
    } else if (')]}'.includes(letter)) {
      depth--;
    }
  }
  return found.filter(part => part.trim());
}
