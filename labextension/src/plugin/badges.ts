import type { Cell, ICodeCellModel } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

import { short, type ToolDetail } from '../data';
import { SourceError, type Source } from '../source';
import { h } from '../views/dom';
import { sourceDigest } from './digest';
import type { Verdict } from './line';
import { magicOf } from './magic';

export const MIME = 'application/vnd.hermetic-nb.tool.v1+json';
const MARK = '# captured from the notebook\n';
/** The code of ToolNotFoundError (hermetic_nb/errors.py). */
const MISSING = 'H401';
/** A digest as the kernel writes it: a notebook's outputs may come from a stranger. */
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** What the output of a sealed cell says. */
export interface Sealed {
  name: string;
  digest: string;
  source: string;
}

/** The tool that a cell's output shows; null where the cell makes none, or has not run. */
export function sealedBy(model: ICodeCellModel): Sealed | null {
  if (magicOf(model.sharedModel.getSource())?.name !== 'hermetic_tool') {
    return null;
  }
  for (let place = 0; place < model.outputs.length; place++) {
    const told = model.outputs.get(place).data[MIME] as unknown as Partial<Sealed> | undefined;
    if (told && DIGEST.test(String(told.digest)) && DIGEST.test(String(told.source))) {
      return { name: String(told.name), digest: String(told.digest), source: String(told.source) };
    }
  }
  return null;
}

/** Whether a cell's text is what its tool was made of; captures are looked up in the registry. */
export async function isFresh(source: Source, model: ICodeCellModel, sealed: Sealed): Promise<boolean> {
  const magic = magicOf(model.sharedModel.getSource());
  if (!magic) {
    return false;
  }
  if (sourceDigest(magic.body) === sealed.source) {
    return true;
  }
  if (!magic.flags.has('--capture')) {
    return false;
  }
  const tool = await source.get<ToolDetail>(`tools/${sealed.digest}`).catch(() => null);
  const [text] = tool?.source.split(MARK) ?? [''];
  return Boolean(tool) && sourceDigest(text ?? '') === sourceDigest(magic.body);
}

/** Put a badge below the input of each sealed cell; it turns when the source is no longer that of the tool. */
export class Badges {
  private verdicts = new WeakMap<ICodeCellModel, { verdict: Verdict; source: string }>();
  /** Digests that the registry holds. */
  private held = new Set<string>();
  /** Cells whose tool it does not hold: looked up again whenever it changes. */
  private elsewhere = new Set<Cell>();

  constructor(
    private source: Source,
    private open: (digest: string) => void,
    tracker: INotebookTracker
  ) {
    source.onChange(() => this.elsewhere.forEach(cell => void this.draw(cell)));
    tracker.widgetAdded.connect((_sender, panel) => this.follow(panel));
    tracker.forEach(panel => this.follow(panel));
  }

  /** Show what a check found. */
  judge(cell: Cell, verdict: Verdict): void {
    const model = cell.model as ICodeCellModel;
    this.verdicts.set(model, { verdict, source: model.sharedModel.getSource() });
    void this.draw(cell);
  }

  private follow(panel: NotebookPanel): void {
    const seen = new WeakSet<Cell>();
    const look = () => {
      for (const cell of panel.content.widgets) {
        if (cell.model.type === 'code' && !seen.has(cell)) {
          seen.add(cell);
          const model = cell.model as ICodeCellModel;
          let timer = 0;
          const later = () => {
            window.clearTimeout(timer);
            timer = window.setTimeout(() => void this.draw(cell), 60);
          };
          model.contentChanged.connect(later);
          model.outputs.changed.connect(later);
          void cell.ready.then(later); // a cell out of sight has no parts yet
        }
      }
    };
    panel.content.modelContentChanged.connect(look);
    void panel.context.ready.then(look);
  }

  private async draw(cell: Cell): Promise<void> {
    this.elsewhere.delete(cell);
    if (cell.isDisposed) {
      return;
    }
    const model = cell.model as ICodeCellModel;
    const sealed = sealedBy(model);
    const state = sealed ? await this.state(sealed, model) : null;
    cell.node.querySelector(':scope > .hnb-badge-row')?.remove();
    if (!sealed || !state) {
      return;
    }
    if (state.style === 'hnb-elsewhere') {
      this.elsewhere.add(cell);
    }
    const badge = h(
      'button',
      {
        type: 'button',
        class: `hnb-seal-badge ${state.style}`,
        title: state.help,
        'aria-label': `${state.text}. ${state.help}`,
        onclick: () => this.open(sealed.digest)
      },
      state.text
    );
    const row = h('div', { class: 'hnb-badge-row' }, badge);
    cell.node.insertBefore(row, cell.node.querySelector(':scope > .jp-Cell-outputWrapper'));
  }

  private async state(sealed: Sealed, model: ICodeCellModel): Promise<{ text: string; help: string; style: string }> {
    const digits = short(sealed.digest);
    const source = model.sharedModel.getSource();
    const judged = this.verdicts.get(model);
    const verdict = judged && judged.source === source ? judged.verdict : null;
    if (verdict && verdict.verdict !== 'verified') {
      return { text: `${verdict.verdict} ${digits}`, help: verdict.message, style: verdict.verdict === 'stale' ? 'hnb-stale' : 'hnb-refused' };
    }
    if (!(await isFresh(this.source, model, sealed))) {
      const help = `The cell was changed after ${sealed.name} was sealed: run it to seal it anew.`;
      return { text: `stale ${digits}`, help, style: 'hnb-stale' };
    }
    if (verdict) {
      return { text: `verified ${digits}`, help: `${sealed.name}: ${verdict.message}`, style: '' };
    }
    if (!magicOf(source)?.flags.has('--session') && !(await this.holds(sealed.digest))) {
      const help = `The registry of this server does not hold ${sealed.name}: run the cell to seal it here.`;
      return { text: `sealed elsewhere ${digits}`, help, style: 'hnb-elsewhere' };
    }
    return { text: `sealed ${digits}`, help: `${sealed.name} is made of this source. Open it in the panel.`, style: '' };
  }

  /** Whether the registry holds a tool; a server that does not answer is no reason for doubt. */
  private async holds(digest: string): Promise<boolean> {
    if (!this.held.has(digest)) {
      try {
        await this.source.get(`tools/${digest}`);
      } catch (error) {
        return !(error instanceof SourceError && error.code === MISSING);
      }
      this.held.add(digest);
    }
    return true;
  }
}
