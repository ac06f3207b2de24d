// Keeps the outbox in IndexedDB, so that what was written survives a reload. Where the browser refuses storage
// (private windows) the outbox still works, only shorter.
import type { OutboxItem } from './outbox';

export interface OutboxStore {
  all(): Promise<OutboxItem[]>;
  put(item: OutboxItem): Promise<void>;
  remove(id: string): Promise<void>;
}

const DATABASE = 'qn-console';
const TABLE = 'outbox';

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('indexeddb'));
  });
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(TABLE, { keyPath: 'id' });
  return done(request);
}

export function browserStore(): OutboxStore {
  let opening: Promise<IDBDatabase> | null = null;
  const table = async (mode: IDBTransactionMode): Promise<IDBObjectStore> => {
    opening ??= open();
    return (await opening).transaction(TABLE, mode).objectStore(TABLE);
  };
  const tolerant = async <T>(work: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work();
    } catch {
      return otherwise;
    }
  };
  return {
    all: () => tolerant(async () => (await done((await table('readonly')).getAll())) as OutboxItem[], []),
    put: (item) => tolerant(async () => void (await done((await table('readwrite')).put(item))), undefined),
    remove: (id) => tolerant(async () => void (await done((await table('readwrite')).delete(id))), undefined),
  };
}

export function memoryStore(initial: OutboxItem[] = []): OutboxStore {
  const items = new Map(initial.map((item) => [item.id, item]));
  return {
    all: () => Promise.resolve([...items.values()]),
    put: (item) => Promise.resolve(void items.set(item.id, item)),
    remove: (id) => Promise.resolve(void items.delete(id)),
  };
}
