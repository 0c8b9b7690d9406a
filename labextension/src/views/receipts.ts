import { counted, type Page, type ReceiptDetail, type ReceiptRow, type ToolDetail } from '../data';
import type { Context } from './acts';
import { button, digestButton, h, replace } from './dom';
import { jsonTree } from './json';
import { later, message, problem } from './states';
import { excerpt } from './text';
import { timeline } from './timeline';

const PAGE = 20;
const LONG = 2000;

/** The receipts of a tool, a page at a time; each opens to its inputs, output and trace. */
export function receiptsView(tool: ToolDetail, context: Context): HTMLElement {
  const list = h('ul', { class: 'hnb-receipts', 'aria-label': 'receipts' });
  const foot = h('div', {});
  let offset = 0;
  const more = async (): Promise<void> => {
    try {
      const page = await context.source.get<Page<ReceiptRow>>('receipts', { tool: tool.digest, offset, limit: PAGE });
      if (!page.total) {
        replace(
          foot,
          tool.kind === 'pure'
            ? message('No receipts yet.', 'Each call of a pure tool leaves one, with what its agents answered.')
            : message('No receipts.', 'The receipts of pure tools are kept. For this tool, tool.call(...) gives one.')
        );
        return;
      }
      page.items.forEach(receipt => list.appendChild(row(tool, receipt, context)));
      offset += page.items.length;
      replace(foot, offset < page.total ? button(`More (${page.total - offset})`, '', () => void more()) : null);
    } catch (error) {
      replace(foot, problem(error, () => void more()));
    }
  };
  void more();
  return h('div', {}, list, foot);
}

function row(tool: ToolDetail, receipt: ReceiptRow, context: Context): HTMLElement {
  const inside = h('div', { class: 'hnb-receipt-body' });
  const made = h(
    'details',
    {},
    h(
      'summary',
      {},
      h('span', { class: `hnb-dot ${receipt.outcome === 'error' ? 'hnb-bad' : 'hnb-good'}`, role: 'img', 'aria-label': receipt.outcome }),
      h('span', { class: 'hnb-receipt-text' }, excerpt(`${receipt.inputs || 'no arguments'} \u2192 ${receipt.output}`, LONG)),
      receipt.events ? h('span', { class: 'hnb-faint hnb-still' }, counted(receipt.events, 'call')) : null
    ),
    inside
  );
  made.addEventListener('toggle', () => {
    if ((made as HTMLDetailsElement).open && !inside.childElementCount) {
      inside.appendChild(later(async () => whole(await context.source.get<ReceiptDetail>(`receipts/${receipt.digest}`), tool, context), context.options.slow));
    }
  });
  return h('li', { class: 'hnb-receipt' }, made);
}

function whole(receipt: ReceiptDetail, tool: ToolDetail, { acts, options }: Context): HTMLElement {
  const replay = acts.replay;
  return h(
    'div',
    {},
    h(
      'div',
      { class: 'hnb-buttons' },
      digestButton(receipt.digest, text => acts.copy(text)),
      replay ? button(options.byCopy ? 'Copy replay' : 'Replay', 'run it again from this receipt', () => replay(tool, receipt.digest)) : null
    ),
    h('h3', { class: 'hnb-subtitle' }, 'inputs'),
    jsonTree(receipt.inputsJson),
    h('h3', { class: 'hnb-subtitle' }, receipt.error ? 'error' : 'output'),
    receipt.error ? h('div', { class: 'hnb-problem' }, excerpt(`${receipt.error.exception}: ${receipt.error.message}`, LONG), receipt.error.line ? h('div', { class: 'hnb-faint' }, `line ${receipt.error.line}`) : null) : jsonTree(receipt.outputJson),
    receipt.trace.length ? h('h3', { class: 'hnb-subtitle' }, 'trace') : null,
    receipt.trace.length ? timeline(receipt.trace) : null
  );
}
