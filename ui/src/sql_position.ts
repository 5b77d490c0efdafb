// Where in a text of SQL an error is. Pure.

// The server counts bytes of UTF-8, a text area counts UTF-16.
export function characterAt(sql: string, byte: number): number {
  const bytes = new TextEncoder().encode(sql).slice(0, Math.max(byte, 0));
  return new TextDecoder().decode(bytes).length;
}

// The word at `position`; at the end, the last character.
export function wordAt(sql: string, position: number): { start: number; end: number } {
  const start = Math.min(Math.max(position, 0), Math.max(sql.length - 1, 0));
  const word = /^(?:"[^"]*"?|[\p{L}\p{N}_]+|.)/su.exec(sql.slice(start))?.[0] ?? '';
  return { start, end: start + word.length };
}

// Counted from one, as editors do.
export function lineAndColumn(sql: string, position: number): { line: number; column: number } {
  const before = sql.slice(0, position).split('\n');
  return { line: before.length, column: (before[before.length - 1] ?? '').length + 1 };
}
