import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { ICodeCellModel } from '@jupyterlab/cells';
import type { INotebookTracker } from '@jupyterlab/notebook';
import { Widget } from '@lumino/widgets';

import { short } from '../data';
import type { Source } from '../source';
import { h } from '../views/dom';
import { isFresh, sealedBy, type Badges } from './badges';
import type { Lines, Verdict } from './line';
import { magicOf } from './magic';

/** Check every sealed cell of the notebook, and show the verdicts: on the cells, and together. */
export async function verifyNotebook(tracker: INotebookTracker, lines: Lines, source: Source, badges: Badges): Promise<Verdict[]> {
  const panel = tracker.currentWidget;
  if (!panel) {
    Notification.warning('No notebook is open.', { autoClose: 4000 });
    return [];
  }
  const line = await lines.of(panel);
  const verdicts: { place: number; verdict: Verdict }[] = [];
  for (const [place, cell] of panel.content.widgets.entries()) {
    if (cell.model.type !== 'code') {
      continue;
    }
    const model = cell.model as ICodeCellModel;
    const magic = magicOf(model.sharedModel.getSource());
    if (magic?.name !== 'hermetic_tool') {
      continue;
    }
    const sealed = sealedBy(model);
    const asked = { cell: cell.model.id, name: sealed?.name ?? '', digest: sealed?.digest ?? '', source: magic.body };
    let verdict: Verdict;
    if (!sealed) {
      verdict = { ...asked, verdict: 'missing', message: 'the cell has not been run: its output shows no tool' };
    } else if (line) {
      verdict = await line.verify(asked);
    } else {
      verdict = await fromRegistry(source, model, asked);
    }
    badges.judge(cell, verdict);
    verdicts.push({ place: place + 1, verdict });
  }
  await report(verdicts, line !== null);
  return verdicts.map(({ verdict }) => verdict);
}

async function fromRegistry(
  source: Source,
  model: ICodeCellModel,
  asked: { cell: string; name: string; digest: string; source: string }
): Promise<Verdict> {
  const sealed = sealedBy(model);
  if (!sealed || !(await isFresh(source, model, sealed))) {
    return { ...asked, verdict: 'stale', message: 'the cell was changed after the tool was sealed' };
  }
  try {
    await source.get(`tools/${asked.digest}`);
    return { ...asked, verdict: 'verified', message: 'source and registry agree; without a kernel it was not built again' };
  } catch {
    return { ...asked, verdict: 'missing', message: 'the registry does not hold this tool' };
  }
}

async function report(verdicts: { place: number; verdict: Verdict }[], built: boolean): Promise<void> {
  const good = verdicts.filter(({ verdict }) => verdict.verdict === 'verified').length;
  const head = verdicts.length
    ? `${good} of ${verdicts.length} sealed cells are verified${built ? '' : ' (source and registry only: no kernel with hermetic_nb)'}.`
    : 'No cell of this notebook makes a tool.';
  const rows = verdicts.map(({ place, verdict }) =>
    h(
      'tr',
      { class: `hnb-verdict hnb-verdict-${verdict.verdict}` },
      h('td', {}, `cell ${place}`),
      h('td', {}, verdict.name),
      h('td', {}, short(verdict.digest)),
      h('td', {}, verdict.verdict),
      h('td', {}, verdict.verdict === 'verified' ? '' : verdict.message)
    )
  );
  const body = new Widget({ node: h('div', { class: 'hnb-report' }, h('p', {}, head), h('table', {}, h('tbody', {}, ...rows))) });
  await showDialog({ title: 'Verify notebook', body, buttons: [Dialog.okButton({ label: 'Close' })] });
}
