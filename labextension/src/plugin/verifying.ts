import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { Cell, ICodeCellModel } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { Widget } from '@lumino/widgets';

import { short } from '../data';
import { SourceError, type Source } from '../source';
import { h } from '../views/dom';
import { isFresh, sealedBy } from './badges';
import type { Asked, Lines, Verdict } from './line';
import { magicOf } from './magic';

/** A cell that makes a tool, and where it stands. */
interface Candidate {
  place: number;
  cell: Cell;
  model: ICodeCellModel;
  body: string;
}

type Judged = Candidate & { verdict: Verdict };

/** Check every sealed cell of the notebook, and show the verdicts: on the cells by `judge`, and together. */
export async function verifyNotebook(
  tracker: INotebookTracker,
  lines: Lines,
  source: Source,
  judge: (cell: Cell, verdict: Verdict) => void
): Promise<void> {
  const panel = tracker.currentWidget;
  if (!panel) {
    Notification.warning('No notebook is open.', { autoClose: 4000 });
    return;
  }
  const candidates = candidatesOf(panel);
  const [first] = candidates;
  if (!first) {
    await report('No cell of this notebook makes a tool.', []);
    return;
  }
  const judged: Judged[] = [];
  const doing = (one: Candidate) => `Verify notebook: cell ${one.place}, ${judged.length + 1} of ${candidates.length}`;
  const progress = Notification.emit(doing(first), 'in-progress', { autoClose: false });
  let line: Awaited<ReturnType<Lines['of']>> = null;
  try {
    line = await lines.of(panel);
    for (const candidate of candidates) {
      Notification.update({ id: progress, message: doing(candidate) });
      const verdict = await verdictOn(candidate, (asked, model) => line?.verify(asked) ?? fromRegistry(source, model, asked));
      judge(candidate.cell, verdict);
      judged.push({ ...candidate, verdict });
    }
  } finally {
    Notification.dismiss(progress);
  }
  const good = judged.filter(({ verdict }) => verdict.verdict === 'verified').length;
  const how = line ? '' : ' (source and registry only: no kernel with hermetic_nb)';
  await report(`${good} of ${judged.length} sealed cells are verified${how}.`, judged);
}

function candidatesOf(panel: NotebookPanel): Candidate[] {
  const found: Candidate[] = [];
  for (const [place, cell] of panel.content.widgets.entries()) {
    const magic = cell.model.type === 'code' ? magicOf(cell.model.sharedModel.getSource()) : null;
    if (magic?.name === 'hermetic_tool') {
      found.push({ place: place + 1, cell, model: cell.model as ICodeCellModel, body: magic.body });
    }
  }
  return found;
}

async function verdictOn(one: Candidate, ask: (asked: Asked, model: ICodeCellModel) => Promise<Verdict>): Promise<Verdict> {
  const sealed = sealedBy(one.model);
  const asked = { cell: one.model.id, name: sealed?.name ?? '', digest: sealed?.digest ?? '', source: one.body };
  return sealed
    ? await ask(asked, one.model)
    : { ...asked, verdict: 'missing', message: 'the cell has not been run: its output shows no tool' };
}

/** A verdict without a kernel: nothing is built. */
async function fromRegistry(source: Source, model: ICodeCellModel, asked: Asked): Promise<Verdict> {
  const sealed = sealedBy(model);
  if (!sealed || !(await isFresh(source, model, sealed))) {
    return { ...asked, verdict: 'stale', message: 'the cell was changed after the tool was sealed' };
  }
  try {
    await source.get(`tools/${asked.digest}`);
  } catch (error) {
    return { ...asked, verdict: 'missing', message: error instanceof SourceError ? error.message : String(error) };
  }
  return { ...asked, verdict: 'verified', message: 'source and registry agree; without a kernel it was not built again' };
}

async function report(head: string, judged: Judged[]): Promise<void> {
  const rows = judged.map(({ place, verdict }) =>
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
