// The files that a person has chosen to import, and how far each is. They stay while other pages are
// looked at.
import { signal } from '@preact/signals';
import { ApiError, isAbort } from './api';
import { texts } from './texts';
import type { ImportState, Preview } from './types';
import { preview, upload, type UploadSettings } from './upload';

export interface Item {
  file: File;
  preview?: Preview;
  state?: ImportState; // once it is being sent
  error?: string;
  isStopped?: boolean;
}

export const items = signal<Item[]>([]);
export const isSending = signal(false);
let abort = new AbortController();
let looking = new AbortController();

const change = (file: File, what: Partial<Item>) => {
  items.value = items.value.map((item) => (item.file === file ? { ...item, ...what } : item));
};

const messageOf = (error: unknown) =>
  error instanceof ApiError ? error.message : texts.errors.page(error);

export const isWaiting = ({ preview: seen, state, error }: Item): boolean =>
  seen !== undefined && state === undefined && error === undefined;

async function look(file: File, settings: UploadSettings, cancel: AbortSignal): Promise<void> {
  try {
    change(file, { preview: await preview(file, settings, cancel) });
  } catch (error) {
    if (!isAbort(error)) change(file, { error: messageOf(error) });
  }
}

// The same file once; an empty one has nothing to import.
export function add(files: Iterable<File>, settings: UploadSettings): void {
  const isNew = (file: File) =>
    !items.value.some(
      ({ file: other }) =>
        other.name === file.name &&
        other.size === file.size &&
        other.lastModified === file.lastModified,
    );
  const added = [...files].filter((file) => file.size > 0 && isNew(file));
  items.value = [...items.value, ...added.map((file) => ({ file }))];
  for (const file of added) void look(file, settings, looking.signal);
}

export const remove = (file: File): void => {
  items.value = items.value.filter((item) => item.file !== file);
};

// With other settings the first lines may mean something else.
export function lookAgain(settings: UploadSettings): void {
  looking.abort();
  looking = new AbortController();
  const fresh = items.value.filter(({ state }) => state === undefined);
  items.value = items.value.map((item) => (fresh.includes(item) ? { file: item.file } : item));
  for (const { file } of fresh) void look(file, settings, looking.signal);
}

// One after another: the server does the same.
export async function send(settings: UploadSettings): Promise<void> {
  isSending.value = true;
  abort = new AbortController();
  for (const { file } of items.value.filter(isWaiting)) {
    try {
      await upload(file, settings, (state) => change(file, { state }), abort.signal);
    } catch (error) {
      if (isAbort(error)) change(file, { isStopped: true });
      else change(file, { error: messageOf(error) });
    }
    if (abort.signal.aborted) break;
  }
  isSending.value = false;
}

export const stop = (): void => abort.abort();

// Files that are dropped anywhere on a page: where they are read becomes visible, and takes them.
const dropped = signal<File[]>([]);
export const takeDropped = (): File[] => {
  const files = dropped.value;
  if (files.length > 0) dropped.value = [];
  return files;
};
export const dropProps = (show: () => void) => ({
  onDragEnter: (event: DragEvent) => {
    if (event.dataTransfer?.types.includes('Files') === true) show();
  },
  onDragOver: (event: DragEvent) => event.preventDefault(),
  onDrop: (event: DragEvent) => {
    event.preventDefault();
    show();
    dropped.value = [...(event.dataTransfer?.files ?? [])];
  },
});
export const hasDropped = (): boolean => dropped.value.length > 0;
