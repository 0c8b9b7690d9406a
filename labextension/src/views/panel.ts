import type { Status } from '../data';
import type { Source } from '../source';
import type { Acts, Context, Done, Options } from './acts';
import { ToolView } from './detail';
import { h, replace } from './dom';
import { statusLine } from './layers';
import { ToolList } from './list';
import { LiveView } from './live';
import { Note } from './note';
import { UseView } from './use';

export interface Panel {
  /** Ask for everything anew. */
  refresh(): void;
  /** Show one tool, by name or digest. */
  open(reference: string): void;
  focus(): void;
  dispose(): void;
}

/** Fill an element with the panel: a list of tools, and one tool at a time in its place. */
export function mountPanel(host: HTMLElement, source: Source, acts: Acts, options: Options = {}): Panel {
  const stage = h('div', { class: 'hnb-stage' });
  const line = h('div', {});
  const note = new Note();
  const live = options.running ? new LiveView(options.running, acts) : null;
  let shown: 'list' | 'tool' | 'use' = 'list';

  async function told(done: Done, words: string): Promise<void> {
    try {
      await done;
      if (words) {
        note.tell(words);
      }
    } catch {
      note.tell('The browser refuses.');
    }
  }

  const context: Context = { source, acts: followed(acts, options.byCopy ? 'Copied: paste it into a cell' : '', told), options, open, openUse };
  const list = new ToolList(context);
  const view = new ToolView(context, back);
  const use = new UseView(context, back);

  function open(reference: string): void {
    shown = 'tool';
    stage.replaceChildren(view.node);
    void view.show(reference);
    view.node.focus({ preventScroll: true });
  }

  function openUse(): void {
    shown = 'use';
    stage.replaceChildren(use.node);
    void use.show();
    use.node.focus({ preventScroll: true });
  }

  function back(): void {
    shown = 'list';
    view.leave();
    stage.replaceChildren(list.node);
    list.back();
  }

  async function status(): Promise<void> {
    try {
      const told = await source.get<Status>('status');
      const layers = options.running?.layers?.() ?? [];
      replace(line, statusLine(layers.length ? { ...told, isolation: layers } : told, line.querySelector('details')?.open ?? false));
    } catch {
      replace(line); // the list says what is wrong
    }
  }

  function refresh(): void {
    void status();
    list.refresh();
    if (shown === 'tool') {
      void view.update();
    } else if (shown === 'use') {
      void use.show();
    }
  }

  const endLayers = options.running?.onChange(() => void status());
  const end = source.onChange(refresh);
  const root = h('section', { class: 'hnb-panel', 'aria-label': options.title ?? 'sealed tools' }, live?.node, stage, note.node, line);
  stage.appendChild(list.node);
  host.replaceChildren(root);
  refresh();
  return {
    refresh,
    open,
    focus: () => (shown === 'list' ? list.focus() : (shown === 'tool' ? view : use).node.focus()),
    dispose: () => {
      end();
      endLayers?.();
      live?.dispose();
      list.dispose();
      view.leave();
      note.dispose();
      root.remove();
    }
  };
}

/** The same acts, each of which says that it is done: with these words, or none. */
function followed(acts: Acts, words: string, told: (done: Done, words: string) => Promise<void>): Acts {
  const { copy, insertCall, run, verify, replay, trim, restore } = acts;
  return {
    ...acts,
    copy: text => told(copy(text), 'Copied'),
    ...(insertCall && { insertCall: tool => told(insertCall(tool), words) }),
    ...(run && { run: (tool, args) => told(run(tool, args), words) }),
    ...(verify && { verify: tool => told(verify(tool), words) }),
    ...(replay && { replay: (tool, receipt) => told(replay(tool, receipt), words) }),
    ...(trim && { trim: names => told(trim(names), words) }),
    ...(restore && { restore: names => told(restore(names), words) })
  };
}
