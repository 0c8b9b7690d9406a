/** Milliseconds that new words wait for the answer to older ones. */
const WAIT = 30;

/**
 * Work that is asked for more often than it ends. It begins at once where none goes on; what is asked for meanwhile is done
 * once, as soon as the work ends, or after a while. Only the newest may show what it found.
 */
export class Newest {
  private number = 0;
  private flying = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private work: (isNewest: () => boolean) => Promise<void>) {}

  ask(): void {
    if (this.flying) {
      this.timer ??= setTimeout(() => this.begin(), WAIT);
    } else {
      this.begin();
    }
  }

  /** No work after this, and no answer of what goes on. */
  dispose(): void {
    this.stop();
    this.number++;
  }

  private begin(): void {
    this.stop();
    const number = ++this.number;
    this.flying++;
    void this.work(() => number === this.number && this.timer === null).finally(() => {
      this.flying--;
      if (this.timer !== null) {
        this.begin();
      }
    });
  }

  private stop(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
  }
}
