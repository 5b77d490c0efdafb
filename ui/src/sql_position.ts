// Where in a text of SQL an error is. Pure.

// The server counts bytes of UTF-8, a text area counts UTF-16.
export function characterAt(sql: string, byte: number): number {
  const bytes = new TextEncoder().encode(sql).slice(0, Math.max(byte, 0));
  return new TextDecoder().decode(bytes).length;
}

// The word at `position`, and what stands before and after it; at the end, the last character.
export function splitAt(
  sql: string,
  position: number,
): { before: string; marked: string; after: string } {
  const start = Math.min(Math.max(position, 0), Math.max(sql.length - 1, 0));
  const word = /^(?:"[^"]*"?|[\p{L}\p{N}_]+|.)/su.exec(sql.slice(start))?.[0] ?? '';
  return { before: sql.slice(0, start), marked: word, after: sql.slice(start + word.length) };
}

// Counted from one, as editors do.
export function lineAndColumn(sql: string, position: number): { line: number; column: number } {
  const before = sql.slice(0, position).split('\n');
  return { line: before.length, column: (before[before.length - 1] ?? '').length + 1 };
}
