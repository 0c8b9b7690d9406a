import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { Cell, ICodeCellModel } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { Widget } from '@lumino/widgets';

import { short } from '../data';
import { SourceError, type Source } from '../source';
import { h, replace } from '../views/dom';
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

/** Check every sealed cell of the notebook, and show the verdicts as they come: on the cells by `judge`, and together. */
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
  const report = new Report(candidates);
  const closed = showDialog({ title: 'Verify notebook', body: report, buttons: [Dialog.okButton({ label: 'Close' })] });
  const line = candidates.length ? await lines.of(panel) : null;
  for (const [number, candidate] of candidates.entries()) {
    report.begin(number);
    const verdict = await verdictOn(candidate, (asked, model) => line?.verify(asked) ?? fromRegistry(source, model, asked));
    judge(candidate.cell, verdict);
    report.enter(number, verdict);
  }
  report.end(line !== null);
  await closed;
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

/** The verdicts in a table, a row for each cell. */
class Report extends Widget {
  private head = h('p', { role: 'status' }, 'No cell of this notebook makes a tool.');
  private rows: HTMLElement[];
  private verified = 0;

  constructor(private candidates: Candidate[]) {
    super();
    this.rows = candidates.map(({ place }) => h('tr', { class: 'hnb-verdict' }, h('td', {}, `cell ${place}`)));
    this.addClass('hnb-report');
    this.node.append(this.head, h('table', {}, h('tbody', {}, ...this.rows)));
  }

  begin(number: number): void {
    replace(this.head, `Cell ${this.candidates[number]?.place ?? 0} is checked: ${number + 1} of ${this.candidates.length} ...`);
  }

  enter(number: number, verdict: Verdict): void {
    this.verified += verdict.verdict === 'verified' ? 1 : 0;
    const row = this.rows[number];
    row?.classList.add(`hnb-verdict-${verdict.verdict}`);
    row?.append(
      h('td', {}, verdict.name),
      h('td', {}, short(verdict.digest)),
      h('td', {}, verdict.verdict),
      h('td', {}, verdict.verdict === 'verified' ? '' : verdict.message)
    );
  }

  /** All verdicts are there. `built`: a kernel built the tools again. */
  end(built: boolean): void {
    if (this.candidates.length) {
      const how = built ? '' : ' (source and registry only: no kernel with hermetic_nb)';
      replace(this.head, `${this.verified} of ${this.candidates.length} sealed cells are verified${how}.`);
    }
  }
}
