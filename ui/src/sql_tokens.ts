// SQL cut into words, as far as colours and completion need it. Pure; any text is accepted.
import { kKeywords } from './sql_words';

export type TokenKind =
  'space' | 'comment' | 'string' | 'number' | 'keyword' | 'name' | 'quoted' | 'sign';

export interface Token {
  kind: TokenKind;
  text: string;
  start: number; // in UTF-16, as a text area counts
}

// In order: what is not closed ends with the text.
const kToken =
  /(\s+)|(--[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/|\*?$))|('(?:[^']|'')*'?|\$\$[^]*?(?:\$\$|$))|("(?:[^"]|"")*"?)|((?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([\p{L}_][\p{L}\p{N}_$]*)|(.)/suy;
const kKinds: TokenKind[] = ['space', 'comment', 'string', 'quoted', 'number', 'name', 'sign'];

export function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  kToken.lastIndex = 0;
  for (let match = kToken.exec(sql); match !== null; match = kToken.exec(sql)) {
    const at = match.slice(1).findIndex((part) => part !== undefined);
    const text = match[0];
    const kind = kKinds[at] ?? 'sign';
    const isKeyword = kind === 'name' && kKeywords.has(text.toUpperCase());
    tokens.push({ kind: isKeyword ? 'keyword' : kind, text, start: match.index });
    if (kToken.lastIndex >= sql.length) break;
  }
  return tokens;
}

export const endOf = (token: Token): number => token.start + token.text.length;

// "a ""b""" → a "b"; a plain name is itself.
export const nameOf = (token: Token): string =>
  token.kind === 'quoted' ? token.text.slice(1, -1).replace(/""/g, '"') : token.text;

// As a statement has to write it.
export function written(name: string): string {
  const isPlain = /^[a-z_][a-z0-9_]*$/i.test(name) && !kKeywords.has(name.toUpperCase());
  return isPlain ? name : `"${name.replace(/"/g, '""')}"`;
}

export interface Piece {
  text: string;
  kind: TokenKind;
  isMarked: boolean;
}

// Tokens, cut once more where a marked stretch begins and ends.
export function piecesOf(sql: string, mark: { start: number; end: number } | null): Piece[] {
  return tokensOf(sql).flatMap(({ kind, text, start }) => {
    if (mark === null) return [{ kind, text, isMarked: false }];
    const cuts = [mark.start - start, mark.end - start].map((at) =>
      Math.min(Math.max(at, 0), text.length),
    );
    const [from = 0, to = 0] = cuts;
    return [
      { kind, text: text.slice(0, from), isMarked: false },
      { kind, text: text.slice(from, to), isMarked: true },
      { kind, text: text.slice(to), isMarked: false },
    ].filter((piece) => piece.text !== '');
  });
}
