import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';

import type { Layer, Running } from '../data';

const TARGET = 'hermetic-nb';
/** States of a kernel in which what it had loaded is gone. */
const ENDED = new Set<Kernel.Status>(['restarting', 'autorestarting', 'terminating', 'dead']);

export interface Verdict {
  cell: string;
  name: string;
  digest: string;
  verdict: 'verified' | 'stale' | 'missing' | 'failed';
  message: string;
}

/** A cell that makes a tool, and the tool that its output shows. */
export interface Asked {
  cell: string;
  name: string;
  digest: string;
  source: string;
}

interface Told {
  running?: { call: string; tool: string; digest: string }[];
  verdict?: Verdict;
  ready?: boolean;
  layers?: Layer[];
}

/** The open line to one kernel (hermetic_nb/magics/live.py). */
class Line {
  running: Running[] = [];
  /** The isolation layers of the kernel's tools, as observed; none before it told. */
  layers: Layer[] = [];
  private waiting = new Map<string, { asked: Asked; resolve: (verdict: Verdict) => void }>();

  constructor(
    private comm: Kernel.IComm,
    private changed: () => void
  ) {
    comm.onMsg = message => this.take(message.content.data as unknown as Told);
    void comm.send({ layers: true });
  }

  /** The kernel's verdict on one cell. */
  verify(asked: Asked): Promise<Verdict> {
    return new Promise(resolve => {
      this.waiting.set(asked.cell, { asked, resolve });
      void this.comm.send({ verify: [{ ...asked }] });
    });
  }

  /** The kernel has ended: what it was asked stays open. */
  end(): void {
    for (const { asked, resolve } of this.waiting.values()) {
      resolve({ ...asked, verdict: 'failed', message: 'the kernel ended before it answered' });
    }
    this.waiting.clear();
  }

  private take(told: Told): void {
    if (told.running) {
      this.running = told.running.map(one => ({ ...one, since: Date.now() }));
      this.changed();
    }
    if (told.layers) {
      this.layers = told.layers;
      this.changed();
    }
    if (told.verdict) {
      this.waiting.get(told.verdict.cell)?.resolve(told.verdict);
      this.waiting.delete(told.verdict.cell);
    }
  }
}

/** The lines to the kernels of all open notebooks that have our extension loaded. */
export class Lines {
  private lines = new Map<string, Line>();
  private listeners = new Set<() => void>();

  constructor(private tracker: INotebookTracker) {
    tracker.widgetAdded.connect((_sender, panel) => this.follow(panel));
    tracker.forEach(panel => this.follow(panel));
  }

  /** The calls that go on, in all notebooks. */
  list(): Running[] {
    return [...this.lines.values()].flatMap(line => line.running);
  }

  /** The isolation layers of the current notebook's tools; none where no kernel tells. */
  layers(): Layer[] {
    const kernel = this.tracker.currentWidget?.sessionContext.session?.kernel;
    return (kernel && this.lines.get(kernel.id)?.layers) || [];
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The line to a notebook's kernel; null where it has none, or our extension is not loaded there. */
  async of(panel: NotebookPanel): Promise<Line | null> {
    const kernel = panel.sessionContext.session?.kernel;
    if (!kernel) {
      return null;
    }
    const known = this.lines.get(kernel.id);
    return known ?? (await this.open(kernel));
  }

  /** Interrupt the kernel whose call this is. */
  async stop(running: Running): Promise<void> {
    for (const [id, line] of this.lines) {
      if (line.running.some(one => one.call === running.call && one.digest === running.digest)) {
        const panel = this.tracker.find(one => one.sessionContext.session?.kernel?.id === id);
        await panel?.sessionContext.session?.kernel?.interrupt();
      }
    }
  }

  private follow(panel: NotebookPanel): void {
    const session = panel.sessionContext;
    const listen = () => {
      const kernel = session.session?.kernel;
      if (kernel?.handleComms) {
        // The kernel opens the line when our extension is loaded there, also while it has cells to run.
        kernel.registerCommTarget(TARGET, comm => void this.take(kernel, comm));
      }
    };
    session.kernelChanged.connect(listen);
    listen();
    session.statusChanged.connect((_sender, status) => {
      const kernel = session.session?.kernel;
      if (kernel && status === 'idle') {
        void this.find(kernel);
      }
      if (kernel && ENDED.has(status)) {
        this.drop(kernel.id);
      }
      if (!kernel) {
        this.prune();
      }
    });
  }

  private opening = new Set<string>();
  /** Kernels that were asked whether our extension is loaded there: once each, for from then on they call. */
  private asked = new WeakSet<Kernel.IKernelConnection>();

  /** Open a line from a page that was loaded after the extension was. */
  private async find(kernel: Kernel.IKernelConnection): Promise<void> {
    if (this.lines.has(kernel.id) || this.asked.has(kernel)) {
      return;
    }
    this.asked.add(kernel);
    // A kernel that ends before it answers has no line.
    const reply = await kernel.requestCommInfo({ target_name: TARGET }).catch(() => null);
    if (reply?.content.status === 'ok' && Object.keys(reply.content.comms).length) {
      await this.open(kernel);
    }
  }

  /** Open a line from here; null where nobody listens. */
  private async open(kernel: Kernel.IKernelConnection): Promise<Line | null> {
    if (!kernel.handleComms || this.opening.has(kernel.id)) {
      return this.lines.get(kernel.id) ?? null;
    }
    this.opening.add(kernel.id);
    try {
      const comm = kernel.createComm(TARGET);
      const answered = new Promise<boolean>(resolve => {
        comm.onMsg = () => resolve(true);
        comm.onClose = () => resolve(false);
      });
      const opened = await comm.open({}).done.catch(() => null); // null: the kernel ended meanwhile
      const late = new Promise<boolean>(resolve => setTimeout(() => resolve(false), opened ? 2000 : 0));
      return (await Promise.race([answered, late])) ? this.take(kernel, comm) : (this.lines.get(kernel.id) ?? null);
    } finally {
      this.opening.delete(kernel.id);
    }
  }

  private take(kernel: Kernel.IKernelConnection, comm: Kernel.IComm): Line {
    const line = new Line(comm, () => this.tell());
    comm.onClose = () => this.drop(kernel.id);
    this.lines.set(kernel.id, line);
    this.tell();
    return line;
  }

  private drop(kernel: string): void {
    const line = this.lines.get(kernel);
    if (line) {
      line.end();
      this.lines.delete(kernel);
      this.tell();
    }
  }

  /** Drop the lines of kernels that no notebook has any more. */
  private prune(): void {
    const kept = new Set<string>();
    this.tracker.forEach(panel => kept.add(panel.sessionContext.session?.kernel?.id ?? ''));
    [...this.lines.keys()].filter(kernel => !kept.has(kernel)).forEach(kernel => this.drop(kernel));
  }

  private tell(): void {
    this.listeners.forEach(listener => listener());
  }
}
