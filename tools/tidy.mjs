// node tools/tidy.mjs: rules of this repository that no other tool knows. Prints each breach, ends with 1 if there is one.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

// Where a third-party header may be included: files, or rooms (with a slash). One place each where at all possible;
// *_test.cc of the same folder may as well.
const header_homes = [
  [/^fmt\//, ['src/']],
  [/^(gtest|gmock)\//, ['src/store/test_engine.h', 'src/query/plain_answer.h', 'src/derive/test_rows.h']],
  [/^benchmark\//, []],
  [/^tl\/expected/, ['src/base/result.h']],
  [/^xxhash/, ['src/base/hash.h']],
  [/^boost\/(asio|beast)/, ['src/web/listener.cc', 'src/web/request_parser.cc']],
  [/^boost\/unordered/, ['src/store/', 'src/enrich/']],
  [/^libdeflate/, ['src/web/gzip.cc']],
  [/^sodium/, ['src/web/digest.cc', 'src/web/password.cc', 'src/enrich/visitor.cc', 'src/store/salts.cc', 'src/command/password.cc']],
  [/^simdjson/, ['src/decode/json_tokens.cc']],
  [/^duckdb/, ['src/store/']],
  [/^maxminddb/, ['src/enrich/geoip.cc']],
  [/^libpsl/, ['src/enrich/referrer.cc']],
  [/^(re2|pcre2)/, ['src/enrich/pattern_set.cc']],
  [/^yaml-cpp\//, ['src/enrich/uap_rules.cc']],
  [/^nlohmann\//, ['src/query/', 'src/store/', 'src/collect/bodies.cc', 'src/enrich/referrer.cc', 'src/enrich/bot.cc', 'src/web/', 'src/command/']],
  [/^toml\+\+\//, ['src/command/config_file.cc']],
  [/^CLI\//, ['src/command_line.cc', 'src/command/config_file.cc', 'src/command/import_line.cc']],
];

// Lines of a file. Longer ones are listed with what they have, and may only shrink: lower the number when they do.
// Tests are tables more than code.
const lines_max = 450;
const test_lines_max = 700;
const long_files = { 'src/query/plausible_request.cc': 462 };

const left_over_words = /\b(TODO|FIXME|XXX|HACK)\b/;
// Paths and words that belong to a developer's machine, not to the product. Written so that this file does not match.
const foreign = /\/(wor[k])\/|\/tmp\/[w]\//;

const breaches = [];
const report = (file, line, text) => breaches.push(`${file}${line ? `:${line}` : ''}: ${text}`);

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' }).split('\n').filter((file) => file && fs.existsSync(file));
const is_text = (file) => /\.(cc|h|mjs|ts|tsx|css|html|js|md|cmake|txt|sh|json|toml|conf|service|supp)$|CMakeLists|Makefile|^tools\/|^\.ci\/|^bench\/run/.test(file) &&
  !/package-lock|test\/samples|fuzz\/corpus|test\/e2e\/cases/.test(file);

function may_include(file, homes) {
  if (/_test\.cc$|^(fuzz|bench)\//.test(file)) return true;
  return homes.some((home) => (home.endsWith('/') ? file.startsWith(home) : file === home));
}

function check_include(file, number, line) {
  const quoted = /^\s*#include "([^"]+)"/.exec(line)?.[1];
  if (quoted?.startsWith('..')) report(file, number, `includes "${quoted}": name the room, "store/store.h"`);
  const angled = /^\s*#include <([^>]+)>/.exec(line)?.[1];
  const home = angled && header_homes.find(([pattern]) => pattern.test(angled));
  if (home && !may_include(file, home[1])) report(file, number, `<${angled}> belongs in ${home[1].join(', ')}; see tools/tidy.mjs`);
}

function check_file(file) {
  const text = fs.readFileSync(file, 'utf8');
  const lines = text.split('\n');
  if (text && !text.endsWith('\n')) report(file, lines.length, 'ends without a line end');
  lines.forEach((line, i) => {
    if (line.includes('\t') && file !== 'Makefile') report(file, i + 1, 'has a tab');
    if (/[ \r]$/.test(line) && !file.endsWith('.md')) report(file, i + 1, 'ends in white space');
    if (left_over_words.test(line) && file !== 'tools/tidy.mjs') report(file, i + 1, 'has a left-over word');
    if (foreign.test(line)) report(file, i + 1, 'names a path of one machine');
    if (/\.(cc|h)$/.test(file)) check_include(file, i + 1, line);
  });
  if (!/\.(cc|h|ts|tsx|css|mjs)$/.test(file)) return;
  const usual = /test/.test(file) ? test_lines_max : lines_max;
  const limit = long_files[file] ?? usual;
  if (lines.length - 1 > limit) report(file, 0, `has ${lines.length - 1} lines, at most ${limit}: is there a second topic inside?`);
  if (long_files[file] && lines.length - 1 <= usual) report('tools/tidy.mjs', 0, `${file} has become short: take it off the list`);
}

// Two classes of one name outside anonymous namespaces share one definition, whichever the linker takes, without a word.
function check_class_names() {
  const homes = {};
  for (const file of files.filter((file) => /^src\/.*\.(cc|h)$/.test(file))) {
    let is_anonymous = false;
    fs.readFileSync(file, 'utf8').split('\n').forEach((line, i) => {
      if (line === 'namespace {') is_anonymous = true;
      if (line === '}  // namespace') is_anonymous = false;
      const name = !is_anonymous && /^(?:class|struct|enum class|union) (\w+)[^;:]*(?: : [^;]*)?\{/.exec(line)?.[1];
      if (!name) return;
      if (homes[name]) report(file, i + 1, `${name} is also in ${homes[name]}: name them apart, or use an anonymous namespace`);
      homes[name] = file;
    });
  }
}

// What a person needs to find must stand in the documents.
function check_documents() {
  const documents = files.filter((file) => file.endsWith('.md')).map((file) => fs.readFileSync(file, 'utf8')).join('\n');
  for (const target of fs.readFileSync('Makefile', 'utf8').matchAll(/^([a-z-]+):.*## /gm)) {
    if (!documents.includes(`make ${target[1]}`) && target[1] !== 'help' && target[1] !== 'clean') report('HACKING.md', 0, `does not mention \`make ${target[1]}\``);
  }
  for (const markdown of files.filter((file) => file.endsWith('.md'))) {
    const folder = markdown.includes('/') ? markdown.replace(/[^/]*$/, '') : '';
    for (const [, link] of fs.readFileSync(markdown, 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
      if (!fs.existsSync(folder + link)) report(markdown, 0, `links to ${link}, which is not there`);
    }
  }
  const packages = fs.readFileSync('package.json', 'utf8');
  const notice = fs.readFileSync('NOTICE', 'utf8');
  for (const name of Object.keys(JSON.parse(packages).dependencies)) {
    if (!notice.includes(name.split('/').pop()) && !notice.toLowerCase().includes(name)) report('NOTICE', 0, `does not name ${name}`);
  }
}

files.filter(is_text).forEach(check_file);
check_class_names();
check_documents();
for (const breach of breaches) console.error(breach);
console.log(`tidy: ${files.length} files, ${breaches.length} breaches`);
process.exit(breaches.length ? 1 : 0);
