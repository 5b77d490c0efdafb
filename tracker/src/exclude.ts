import type { Skip } from './wire';

/**
 * Drops what happens on pages whose path one of the patterns matches, and names none of them as
 * the page before. A star stands for any characters, slashes too: who excludes /admin/* means all
 * that lies below.
 */
export const makeSkip = (patterns: string): Skip => {
  // "/admin/*, /drafts" → /^https://example.org(\/admin\/.*|\/drafts)([?#]|$)/
  const paths = encodeURI(patterns.replace(/\s/g, '')).replace(/\W/g, (one) =>
    one == '*' ? '.*' : one == ',' ? '|' : '\\' + one,
  );
  const rule = RegExp(`^${location.origin}(${paths})([?#]|$)`);
  return (hit) => {
    if (rule.test(hit.r!)) hit.r = undefined;
    return rule.test(hit.u);
  };
};
