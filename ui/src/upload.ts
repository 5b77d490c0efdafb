// Sends a log file to the server in pieces and has it imported.
import { ApiError, getJson, postBytes, postJson } from './api';
import { setupTexts } from './texts/setup';
import type { ImportState, Preview } from './types';

// Less than what proxies let through unless told otherwise (nginx: 1 MiB), and few enough for a slow
// line to send one within the server's ten seconds.
const kPieceBytes = 512 << 10;
// Enough for the first block of a bzip2 file.
const kPreviewBytes = 1 << 20;
const kPollMs = 500;

export interface UploadSettings {
  service: string; // "": as the lines say
  format: string; // "": recognised
}

export function preview(
  file: File,
  settings: UploadSettings,
  signal: AbortSignal,
): Promise<Preview> {
  const query = new URLSearchParams({ name: file.name, ...settings });
  const size = file.name.endsWith('.bz2') ? kPreviewBytes : kPieceBytes;
  return postBytes(`/api/v1/import/preview?${query.toString()}`, file.slice(0, size), signal);
}

const wait = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new DOMException('', 'AbortError'));
    });
  });

// Until the import is over. `report` is told each state on the way; when `signal` is aborted the
// server is told to stop.
export async function upload(
  file: File,
  settings: UploadSettings,
  report: (state: ImportState) => void,
  signal: AbortSignal,
): Promise<ImportState> {
  const begun = { name: file.name, bytes: file.size, ...settings };
  let state = await postJson<ImportState>('/api/v1/import', begun, signal);
  const path = `/api/v1/import/${state.id}`;
  const note = (now: ImportState) => {
    state = now;
    report(now);
  };
  try {
    while (state.received < file.size) {
      const piece = file.slice(state.received, state.received + kPieceBytes);
      if (piece.size === 0) throw new ApiError(setupTexts.upload.tooLong, 0);
      note(await postBytes<ImportState>(`${path}/piece?at=${state.received}`, piece, signal));
    }
    note(await postJson<ImportState>(path, { action: 'import' }, signal));
    while (state.state === 'waiting' || state.state === 'importing') {
      await wait(kPollMs, signal);
      note(await getJson<ImportState>(path, signal));
    }
    return state;
  } catch (error) {
    await postJson(path, { action: 'stop' }, new AbortController().signal).catch(() => undefined);
    throw error;
  }
}
