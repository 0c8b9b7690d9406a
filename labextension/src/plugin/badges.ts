import type { Cell, ICodeCellModel } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

import { short, type ToolDetail } from '../data';
import type { Source } from '../source';
import { h } from '../views/dom';
import { sourceDigest } from './digest';
import type { Verdict } from './line';
import { magicOf } from './magic';

export const MIME = 'application/vnd.hermetic-nb.tool.v1+json';
const MARK = '# captured from the notebook\n';

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
    if (told && typeof told.digest === 'string' && typeof told.source === 'string') {
      return { name: String(told.name), digest: told.digest, source: told.source };
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

  constructor(
    private source: Source,
    private open: (digest: string) => void,
    tracker: INotebookTracker
  ) {
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
          later();
        }
      }
    };
    panel.content.modelContentChanged.connect(look);
    void panel.context.ready.then(look);
  }

  private async draw(cell: Cell): Promise<void> {
    if (cell.isDisposed) {
      return;
    }
    const model = cell.model as ICodeCellModel;
    const sealed = sealedBy(model);
    const fresh = sealed ? await isFresh(this.source, model, sealed) : false;
    cell.node.querySelector(':scope > .hnb-badge-row')?.remove();
    if (!sealed) {
      return;
    }
    const judged = this.verdicts.get(model);
    const verdict = judged && judged.source === model.sharedModel.getSource() ? judged.verdict : null;
    const state = this.state(sealed, fresh, verdict);
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

  private state(sealed: Sealed, fresh: boolean, verdict: Verdict | null): { text: string; help: string; style: string } {
    const digits = short(sealed.digest);
    if (verdict && verdict.verdict !== 'verified') {
      return { text: `${verdict.verdict} ${digits}`, help: verdict.message, style: verdict.verdict === 'stale' ? 'hnb-stale' : 'hnb-refused' };
    }
    if (!fresh) {
      return {
        text: `stale ${digits}`,
        help: `The cell was changed after ${sealed.name} was sealed: run it to seal it anew.`,
        style: 'hnb-stale'
      };
    }
    return verdict
      ? { text: `verified ${digits}`, help: `${sealed.name}: ${verdict.message}`, style: '' }
      : { text: `sealed ${digits}`, help: `${sealed.name} is made of this source. Open it in the panel.`, style: '' };
  }
}
