import { counted, type Page, type ReceiptDetail, type ReceiptRow, type ToolDetail } from '../data';
import type { Source } from '../source';
import type { Acts } from './acts';
import { button, digestButton, h, replace } from './dom';
import { jsonTree } from './json';
import { later, message, problem } from './states';
import { timeline } from './timeline';

const PAGE = 20;

/** The receipts of a tool, a page at a time; each opens to its inputs, output and trace. */
export function receiptsView(source: Source, tool: ToolDetail, acts: Acts): HTMLElement {
  const list = h('ul', { class: 'hnb-receipts', 'aria-label': 'receipts' });
  const foot = h('div', {});
  let offset = 0;
  const more = async (): Promise<void> => {
    try {
      const page = await source.get<Page<ReceiptRow>>('receipts', { tool: tool.digest, offset, limit: PAGE });
      if (!page.total) {
        replace(
          foot,
          tool.kind === 'pure'
            ? message('No receipts yet.', 'Each call of a pure tool leaves one, with what its agents answered.')
            : message('No receipts.', 'The receipts of pure tools are kept. For this tool, tool.call(...) gives one.')
        );
        return;
      }
      page.items.forEach(receipt => list.appendChild(row(source, tool, receipt, acts)));
      offset += page.items.length;
      replace(foot, offset < page.total ? button(`More (${page.total - offset})`, 'more receipts', () => void more()) : null);
    } catch (error) {
      replace(foot, problem(error, () => void more()));
    }
  };
  void more();
  return h('div', {}, list, foot);
}

function row(source: Source, tool: ToolDetail, receipt: ReceiptRow, acts: Acts): HTMLElement {
  const inside = h('div', { class: 'hnb-receipt-body' });
  const made = h(
    'details',
    {},
    h(
      'summary',
      {},
      h('span', { class: `hnb-dot ${receipt.outcome === 'error' ? 'hnb-bad' : 'hnb-good'}`, 'aria-hidden': 'true' }),
      h('span', { class: 'hnb-receipt-text' }, `${receipt.inputs || 'no arguments'} \u2192 ${receipt.output}`),
      h('span', { class: 'hnb-faint' }, receipt.events ? counted(receipt.events, 'call') : '')
    ),
    inside
  );
  made.addEventListener('toggle', () => {
    if ((made as HTMLDetailsElement).open && !inside.childElementCount) {
      inside.appendChild(later(async () => whole(await source.get<ReceiptDetail>(`receipts/${receipt.digest}`), tool, acts)));
    }
  });
  return h('li', { class: 'hnb-receipt' }, made);
}

function whole(receipt: ReceiptDetail, tool: ToolDetail, acts: Acts): HTMLElement {
  const replay = acts.replay;
  return h(
    'div',
    {},
    h(
      'div',
      { class: 'hnb-buttons' },
      digestButton(receipt.digest, acts.copy),
      replay ? button('Replay', 'run it again from this receipt', () => replay(tool, receipt.digest)) : null
    ),
    h('h4', { class: 'hnb-subtitle' }, 'inputs'),
    jsonTree(receipt.inputsJson),
    h('h4', { class: 'hnb-subtitle' }, receipt.error ? 'error' : 'output'),
    receipt.error ? h('div', { class: 'hnb-problem' }, `${receipt.error.exception}: ${receipt.error.message}`) : jsonTree(receipt.outputJson),
    receipt.trace.length ? h('h4', { class: 'hnb-subtitle' }, 'trace') : null,
    receipt.trace.length ? timeline(receipt.trace) : null
  );
}
