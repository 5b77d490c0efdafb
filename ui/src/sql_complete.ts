// What may be meant at a place of a statement: views, columns of what it reads, functions, words of
// the language. Pure.
import { endOf, nameOf, tokensOf, written, type Token } from './sql_tokens';
import { kBeginnings, kClauses, kFunctions } from './sql_words';
import type { SchemaColumn, SqlSchema } from './types';

export type CandidateKind = 'column' | 'view' | 'alias' | 'function' | 'word';

export interface Candidate {
  label: string;
  insert: string;
  kind: CandidateKind;
  detail: string;
}
export interface Completion {
  from: number; // what is replaced
  to: number;
  prefix: string; // what of it has been typed
  candidates: Candidate[]; // the best one first
}

const kCandidatesMax = 50;
const kReadsView = new Set(['FROM', 'JOIN', 'TABLE', 'DESCRIBE', 'SUMMARIZE']);
const kSpace = new Set(['space', 'comment']);

// A view or a part of the statement that can be read from.
interface Relation {
  name: string;
  columns: SchemaColumn[];
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
const isWord = (token: Token | undefined, word: string) =>
  token?.kind === 'keyword' && token.text.toUpperCase() === word;
const isName = (token: Token | undefined): token is Token & { kind: 'name' | 'quoted' } =>
  token?.kind === 'name' || token?.kind === 'quoted';
const isSign = (token: Token | undefined, sign: string) =>
  token?.kind === 'sign' && token.text === sign;

export function viewsOf(schema: SqlSchema): Relation[] {
  const services = schema.services.map((name) => ({ name, columns: schema.service_columns }));
  // A service of that name hides the common view.
  const views = schema.views.map(({ name, columns }) => ({
    name: services.some((service) => same(service.name, name)) ? `main.${name}` : name,
    columns,
  }));
  return [...views, ...services];
}

// As a statement has to write the view's name.
export const viewWritten = (name: string): string =>
  name.startsWith('main.') ? name : written(name);

// The token after the parenthesis that `open` opens, or past the end.
function afterGroup(tokens: Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i += 1) {
    if (isSign(tokens[i], '(')) depth += 1;
    if (isSign(tokens[i], ')')) depth -= 1;
    if (depth === 0) return i + 1;
  }
  return tokens.length;
}

// The tokens of one level: what stands in parentheses is left out, but for the parentheses.
function levelOf(tokens: Token[], from: number, to: number): Token[] {
  const level: Token[] = [];
  for (let i = from; i < to; i += 1) {
    const token = tokens[i];
    if (token === undefined) break;
    level.push(token);
    if (!isSign(token, '(')) continue;
    const after = afterGroup(tokens, i);
    if (after > to) break;
    const close = tokens[after - 1];
    if (after - 1 > i && close !== undefined) level.push(close);
    i = after - 1;
  }
  return level;
}

// SELECT a, b.c, count(*) AS n FROM … → a, c, n
function selectedNames(level: Token[]): string[] {
  const start = level.findIndex((token) => isWord(token, 'SELECT'));
  if (start < 0) return [];
  const end = level.findIndex((token, i) => i > start && isWord(token, 'FROM'));
  const names: string[] = [];
  const items = level.slice(start + 1, end < 0 ? undefined : end);
  items.forEach((token, i) => {
    const next = items[i + 1];
    if (next !== undefined && !isSign(next, ',')) return;
    // After AS a word of the language is a name too: count(*) AS last.
    if (isName(token) || isWord(items[i - 1], 'AS')) names.push(nameOf(token));
  });
  return names;
}

const asColumns = (names: string[]): SchemaColumn[] =>
  names.map((name) => ({ name, type: '', doc: '' }));

// WITH a AS (SELECT …), b AS (…): what each gives.
function namedParts(tokens: Token[]): Relation[] {
  const parts: Relation[] = [];
  tokens.forEach((token, i) => {
    if (!isName(token) || !isWord(tokens[i + 1], 'AS')) return;
    const open = isWord(tokens[i + 2], 'MATERIALIZED') ? i + 3 : i + 2;
    const before = tokens[i - 1];
    const isPart =
      isWord(before, 'WITH') || isWord(before, 'RECURSIVE') || isSign(before, ',');
    if (!isPart || !isSign(tokens[open], '(')) return;
    const inside = levelOf(tokens, open + 1, afterGroup(tokens, open) - 1);
    parts.push({ name: nameOf(token), columns: asColumns(selectedNames(inside)) });
  });
  return parts;
}

interface Scope {
  relations: Relation[]; // under the name by which columns are asked for: the alias, if there is one
  names: string[]; // that the level gives itself: SELECT count(*) AS n … ORDER BY n
}

// FROM hits h, page_views AS p JOIN (SELECT …) x → h, p, x
function relationsOf(tokens: Token[], from: number, to: number, known: Relation[]): Relation[] {
  const found: Relation[] = [];
  for (let i = from; i < to; i += 1) {
    if (isSign(tokens[i], '(')) {
      i = afterGroup(tokens, i) - 1;
      continue;
    }
    const isFirst = isWord(tokens[i], 'FROM') || isWord(tokens[i], 'JOIN');
    if (!isFirst) continue;
    for (let at = i + 1; at < to; ) {
      const one = relationAt(tokens, at, known);
      if (one === null) break;
      found.push(one.relation);
      i = one.after - 1;
      if (!isSign(tokens[one.after], ',')) break;
      at = one.after + 1;
    }
  }
  return found;
}

// [main .] view [[AS] alias], or ( … ) [AS] alias.
function relationAt(
  tokens: Token[],
  at: number,
  known: Relation[],
): { relation: Relation; after: number } | null {
  const first = tokens[at];
  let after = at + 1;
  let relation: Relation = { name: '', columns: [] };
  if (isSign(first, '(')) {
    after = afterGroup(tokens, at);
    relation.columns = asColumns(selectedNames(levelOf(tokens, at + 1, after - 1)));
  } else if (isName(first)) {
    let name = nameOf(first);
    while (isSign(tokens[after], '.') && isName(tokens[after + 1])) {
      name = `${name}.${nameOf(tokens[after + 1] as Token)}`;
      after += 2;
    }
    const plain = name.replace(/^(?:main|services)\./i, '');
    const view =
      known.find((one) => same(one.name, name)) ?? known.find((one) => same(one.name, plain));
    relation = { name: plain, columns: view?.columns ?? [] };
  } else return null;
  if (isWord(tokens[after], 'AS')) after += 1;
  const alias = tokens[after];
  if (isName(alias)) return { relation: { ...relation, name: nameOf(alias) }, after: after + 1 };
  return { relation, after };
}

// Where the innermost parenthesis around `at` that holds a query begins, and where it ends.
function levelAround(tokens: Token[], at: number): [number, number] {
  let level: [number, number] = [0, tokens.length];
  for (let i = 0; i < at; i += 1) {
    if (!isSign(tokens[i], '(')) continue;
    const after = afterGroup(tokens, i);
    const isClosed = isSign(tokens[after - 1], ')');
    const isAround = isClosed ? after > at : true;
    const begins = tokens[i + 1];
    if (isAround && (isWord(begins, 'SELECT') || isWord(begins, 'FROM') || isWord(begins, 'WITH')))
      level = [i + 1, isClosed ? after - 1 : tokens.length];
  }
  return level;
}

function scopeAt(tokens: Token[], at: number, known: Relation[]): Scope {
  const [from, to] = levelAround(tokens, at);
  return {
    relations: relationsOf(tokens, from, to, known),
    names: selectedNames(levelOf(tokens, from, to)),
  };
}

const columnCandidate = ({ name, type }: SchemaColumn, of: string): Candidate => ({
  label: name,
  insert: written(name),
  kind: 'column',
  detail: type === '' ? of : type,
});

const viewCandidate = ({ name }: Relation): Candidate => ({
  label: name,
  insert: viewWritten(name),
  kind: 'view',
  detail: '',
});

function functionCandidates(schema: SqlSchema): Candidate[] {
  const make = (name: string, detail: string): Candidate => ({
    label: name,
    insert: name === 'current_date' ? name : `${name}(`,
    kind: 'function',
    detail,
  });
  const all = schema.functions.filter((name) => !Object.hasOwn(kFunctions, name));
  return [
    ...Object.entries(kFunctions).map(([name, detail]) => make(name, detail)),
    ...all.map((name) => make(name, '')),
  ];
}

const wordCandidates = (words: readonly string[]): Candidate[] =>
  words.map((word) => ({ label: word, insert: word, kind: 'word', detail: '' }));

function distinct(candidates: Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ label, kind }) => {
    const key = `${kind === 'word' ? 'word' : ''} ${label.toLowerCase()}`;
    return !seen.has(key) && seen.add(key);
  });
}

function expressionCandidates(scope: Scope, schema: SqlSchema): Candidate[] {
  const { relations, names } = scope;
  const unknown = relations.every(({ columns }) => columns.length === 0);
  // Before FROM is written: the view that has everything.
  const hits = schema.views.find(({ name }) => name === 'hits');
  const read = unknown && hits !== undefined ? [hits] : relations;
  return distinct([
    ...read.flatMap(({ name, columns }) => columns.map((one) => columnCandidate(one, name))),
    ...names.map((name) => columnCandidate({ name, type: '', doc: '' }, '')),
    ...(relations.length > 1 ? relations : []).map(
      ({ name }): Candidate => ({ label: name, insert: written(name), kind: 'alias', detail: '' }),
    ),
    ...functionCandidates(schema),
    ...wordCandidates(kClauses),
  ]);
}

// 0 is best; null does not fit. "time" finds time first, then timezone, then generation_time.
function fit(label: string, prefix: string): number | null {
  const text = label.toLowerCase();
  const wanted = prefix.toLowerCase();
  if (text.startsWith(wanted)) return 0;
  if (text.includes(`_${wanted}`) || text.includes(` ${wanted}`)) return 1;
  return wanted.length >= 3 && text.includes(wanted) ? 2 : null;
}

function ranked(candidates: Candidate[], prefix: string): Candidate[] {
  return candidates
    .map((candidate, at) => ({ candidate, at, fit: fit(candidate.label, prefix) }))
    .filter((one): one is typeof one & { fit: number } => one.fit !== null)
    .sort((a, b) => a.fit - b.fit || a.at - b.at)
    .slice(0, kCandidatesMax)
    .map(({ candidate }) => candidate);
}

// A name that is being made up: after AS, and right after WITH.
const isNaming = (before: Token | undefined) => isWord(before, 'AS') || isWord(before, 'WITH');

// `tokens` up to the word at the caret. After FROM a or FROM a, b a view's name is wanted.
function wantsView(tokens: Token[]): boolean {
  const before = tokens[tokens.length - 1];
  if (before?.kind === 'keyword' && kReadsView.has(before.text.toUpperCase())) return true;
  if (!isSign(before, ',')) return false;
  const [from] = levelAround(tokens, tokens.length);
  const words = levelOf(tokens, from, tokens.length).filter(({ kind }) => kind === 'keyword');
  const last = words.filter((word) => !isWord(word, 'AS')).pop();
  return isWord(last, 'FROM') || isWord(last, 'JOIN');
}

function afterDot(tokens: Token[], at: number, known: Relation[], schema: SqlSchema): Candidate[] {
  const owner = tokens[at - 2];
  if (!isName(owner)) return [];
  const name = nameOf(owner);
  const { relations } = scopeAt(tokens, at, known);
  const relation = relations.find((one) => same(one.name, name));
  if (relation !== undefined && relation.columns.length > 0)
    return relation.columns.map((one) => columnCandidate(one, name));
  if (same(name, 'main')) return schema.views.map(viewCandidate);
  if (same(name, 'services'))
    return schema.services.map((service) => viewCandidate({ name: service, columns: [] }));
  const view = known.find((one) => same(one.name, name));
  return (view?.columns ?? []).map((one) => columnCandidate(one, name));
}

// Null where nothing can be said: within a text or a comment, or where a name is made up.
export function complete(sql: string, caret: number, schema: SqlSchema): Completion | null {
  const all = tokensOf(sql);
  const touched = all.find((token) => token.start < caret && endOf(token) >= caret);
  const isInside = touched !== undefined && endOf(touched) > caret;
  if (touched?.kind === 'string' || touched?.kind === 'number') return null;
  if (touched?.kind === 'comment' && (isInside || touched.text.startsWith('--'))) return null;
  if (touched?.kind === 'quoted' && !isInside && touched.text.length > 1) {
    if (touched.text.endsWith('"')) return null;
  }
  const isTyping = isName(touched) || touched?.kind === 'keyword';
  const from = isTyping ? touched.start : caret;
  const to = isTyping ? endOf(touched) : caret;
  const prefix = sql.slice(from, caret).replace(/^"/, '');
  const tokens = all.filter(({ kind }) => !kSpace.has(kind));
  const found = tokens.findIndex((token) => token.start >= from);
  const at = found < 0 ? tokens.length : found;
  // The word that is being typed is none of what the statement names.
  const others = isTyping ? tokens.filter((_, i) => i !== at) : tokens;
  const candidates = candidatesAt(others, at, schema);
  return candidates === null ? null : { from, to, prefix, candidates: ranked(candidates, prefix) };
}

// `at`: before which token the next one is to be.
function candidatesAt(tokens: Token[], at: number, schema: SqlSchema): Candidate[] | null {
  const before = tokens.slice(0, at);
  const last = before[at - 1];
  const known = [...namedParts(tokens), ...viewsOf(schema)];
  if (isSign(last, '.')) return afterDot(tokens, at, known, schema);
  if (isNaming(last)) return null;
  if (last === undefined || isSign(last, ';')) return wordCandidates(kBeginnings);
  if (wantsView(before)) return distinct(known.map(viewCandidate));
  // What follows a finished value is a word of the language (or a new name, which is not known).
  const isAfterValue =
    isName(last) || last.kind === 'number' || last.kind === 'string' || isSign(last, ')');
  if (isAfterValue) return wordCandidates(kClauses);
  return expressionCandidates(scopeAt(tokens, at, known), schema);
}
