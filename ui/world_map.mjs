// The world's countries as SVG paths by ISO code, made from Natural Earth's outlines (npm
// world-atlas, 1:50 million) while the page is built: projected, thinned until the whole is about
// 15 KB gzipped, and without Antarctica, where nobody reads.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const atlas = createRequire(import.meta.url).resolve('world-atlas/countries-50m.json');

const kWidth = 1000;
// The picture is cut in the Bering Strait, where nothing but a small island crosses the edge.
const kWest = -168.65;
const kNorth = 84; // degrees; beyond is ice
const kSouth = -56.5;
const kTolerance = 0.55; // how far, in units of the picture, a line may move
const kSmallest = 0.9; // square units: of a country's islands, those that are seen at all

// Outlines without a code of their own belong to whom addresses there are said to.
const kByName = { Kosovo: 'XK', Somaliland: 'SO', 'N. Cyprus': 'CY' };

// "276" → "DE": what the engine's own tables of territories say.
function codeOf({ id, properties }) {
  const region = id === undefined ? kByName[properties.name] : new Intl.Locale(`und-${id}`).region;
  return region !== undefined && /^[A-Z]{2}$/.test(region) && region !== 'AQ' ? region : undefined;
}

// Natural Earth I, after Tom Patterson; the polynomial is Bojan Šavrič's (2011).
function project([longitude, latitude]) {
  const east = longitude < kWest ? longitude + 360 : longitude;
  const lambda = ((east - kWest - 180) * Math.PI) / 180;
  const phi = (Math.min(kNorth, Math.max(kSouth, latitude)) * Math.PI) / 180;
  const p2 = phi * phi;
  const p4 = p2 * p2;
  return [
    lambda * (0.8707 - 0.131979 * p2 + p4 * (-0.013791 + p4 * (0.003971 * p2 - 0.001529 * p4))),
    -phi * (1.007226 + p2 * (0.015085 + p4 * (-0.044475 + 0.028874 * p2 - 0.005916 * p4))),
  ];
}

const [kLeft] = project([kWest, 0]);
const [, kTop] = project([0, kNorth]);
const [, kBottom] = project([0, kSouth]);
const kScale = kWidth / (-2 * kLeft);
const placed = (point) => {
  const [x, y] = project(point);
  return [(x - kLeft) * kScale, (y - kTop) * kScale];
};

// Ramer, Douglas and Peucker: points are left out that are nearer to the line without them.
function thinned(points) {
  if (points.length < 3) return points;
  const [[ax, ay], [bx, by]] = [points[0], points[points.length - 1]];
  const length = Math.hypot(bx - ax, by - ay);
  let [farthest, at] = [-1, 0];
  for (let i = 1; i < points.length - 1; i += 1) {
    const [x, y] = points[i];
    const far =
      length === 0
        ? Math.hypot(x - ax, y - ay)
        : Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length;
    if (far > farthest) [farthest, at] = [far, i];
  }
  if (farthest <= kTolerance) return [points[0], points[points.length - 1]];
  return [...thinned(points.slice(0, at + 1)).slice(0, -1), ...thinned(points.slice(at))];
}

// Arcs are shared by neighbours and thinned once, so that no gaps open between them.
function decodeArcs({ arcs, transform }) {
  const [[sx, sy], [tx, ty]] = [transform.scale, transform.translate];
  return arcs.map((arc) => {
    let [x, y] = [0, 0];
    const points = arc.map(([dx, dy]) => placed([(x += dx) * sx + tx, (y += dy) * sy + ty]));
    return thinned(points).map(([px, py]) => [Math.round(px), Math.round(py)]);
  });
}

function ringOf(indexes, arcs) {
  const points = indexes.flatMap((index, i) => {
    const arc = index < 0 ? [...arcs[~index]].reverse() : arcs[index];
    return i === 0 ? arc : arc.slice(1);
  });
  return points.filter(([x, y], i) => i === 0 || x !== points[i - 1][0] || y !== points[i - 1][1]);
}

const areaOf = (ring) =>
  Math.abs(
    ring.reduce((sum, [x, y], i) => {
      const [nx, ny] = ring[(i + 1) % ring.length];
      return sum + x * ny - nx * y;
    }, 0),
  ) / 2;

const isCut = (ring) => ring.some(([x], i) => i > 0 && Math.abs(x - ring[i - 1][0]) > kWidth / 2);

// Of a country too small for its outline a dot is left: someone may come from there.
const dotAt = ([[x, y]]) => `M${x - 1} ${y - 1}h2v2h-2z`;

function pathOf(ring) {
  let [lx, ly] = ring[0];
  let path = `M${lx} ${ly}`;
  for (const [x, y] of ring.slice(1, -1)) {
    path += `${path.includes('l') ? ' ' : 'l'}${x - lx} ${y - ly}`;
    [lx, ly] = [x, y];
  }
  return `${path.replace(/ -/g, '-')}z`;
}

function shapeOf(geometry, arcs) {
  const polygons = geometry.type === 'Polygon' ? [geometry.arcs] : (geometry.arcs ?? []);
  const rings = polygons
    .flatMap((polygon) => polygon.map((ring) => ringOf(ring, arcs)))
    .filter((ring) => !isCut(ring))
    .sort((a, b) => areaOf(b) - areaOf(a));
  const seen = rings.filter((ring) => ring.length > 3 && areaOf(ring) >= kSmallest);
  if (seen.length > 0) return seen.map(pathOf).join('');
  return rings[0] === undefined ? '' : dotAt(rings[0]);
}

// → {width, height, shapes: {DE: "M…z"}}
export function worldMap() {
  const topology = JSON.parse(readFileSync(atlas, 'utf8'));
  const arcs = decodeArcs(topology);
  const shapes = {};
  for (const geometry of topology.objects.countries.geometries) {
    const code = codeOf(geometry);
    if (code !== undefined) shapes[code] = (shapes[code] ?? '') + shapeOf(geometry, arcs);
  }
  if (Object.keys(shapes).length < 200) throw new Error('expected the outlines of 200 countries');
  return { width: kWidth, height: Math.ceil((kBottom - kTop) * kScale), shapes };
}

// import('world-map') in the page's source is this.
export const worldMapPlugin = {
  name: 'world-map',
  setup(build) {
    build.onResolve({ filter: /^world-map$/ }, () => ({ path: 'map', namespace: 'world-map' }));
    build.onLoad({ filter: /.*/, namespace: 'world-map' }, () => {
      const { width, height, shapes } = worldMap();
      const rows = Object.entries(shapes)
        .sort()
        .map(([code, path]) => `${code}:${JSON.stringify(path)}`);
      return {
        contents: `export const width=${width},height=${height},shapes={${rows.join(',')}};`,
        loader: 'js',
      };
    });
  },
};
