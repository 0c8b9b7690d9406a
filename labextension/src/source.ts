/** Where the views' data comes from: a server's handlers, or a kernel by way of a widget's messages. */

export type Params = { readonly [name: string]: string | number };

/** What the catalogue, or the way to it, says is wrong. */
export class SourceError extends Error {
  constructor(
    message: string,
    readonly help: string = '',
    /** The code of the error in hermetic_nb/errors.py; empty where it is none of ours. */
    readonly code: string = ''
  ) {
    super(message);
  }
}

export interface Source {
  /** The JSON of a path of the catalogue. Rejects with a SourceError. */
  get<T>(path: string, params?: Params): Promise<T>;
  /** Calls back whenever the registry has changed; the answer ends that. */
  onChange(listener: () => void): () => void;
}

/** A path with its parameters, as a URL's tail. Throws a SourceError for a path that would leave the catalogue. */
export function query(path: string, params: Params = {}): string {
  const pairs = Object.entries(params).filter(([, value]) => value !== '');
  const text = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  const parts = path.split('/');
  if (parts.some(part => part === '.' || part === '..')) {
    throw new SourceError(`There is nothing at ${path}.`);
  }
  const encoded = parts.map(encodeURIComponent).join('/');
  return text ? `${encoded}?${text}` : encoded;
}

/** Answers by number: the messages of a widget, each of which is answered by one. */
export class MessageSource implements Source {
  private waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  private listeners = new Set<() => void>();
  private last = 0;

  constructor(private send: (message: unknown) => void) {}

  get<T>(path: string, params: Params = {}): Promise<T> {
    const id = ++this.last;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve: value => resolve(value as T), reject });
      this.send({ id, path, params });
    });
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Take a message of the kernel. */
  take(message: unknown): void {
    const told = message as { id?: number; ok?: boolean; value?: unknown; error?: { message: string; help: string; code: string }; changed?: unknown };
    if (told.changed !== undefined) {
      this.listeners.forEach(listener => listener());
      return;
    }
    const asked = told.id === undefined ? undefined : this.waiting.get(told.id);
    if (!asked || told.id === undefined) {
      return;
    }
    this.waiting.delete(told.id);
    if (told.ok) {
      asked.resolve(told.value);
    } else {
      asked.reject(new SourceError(told.error?.message ?? 'no answer', told.error?.help, told.error?.code));
    }
  }
}
