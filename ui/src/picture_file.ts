// A chart or a map as a PNG, with its title and on the page's own ground.

const kPad = 16;
const kTitlePx = 28;

function colourOf(token: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

// An SVG outside of the page knows none of its styles: what paths look like is written into them.
async function imageOf(svg: SVGSVGElement): Promise<HTMLImageElement> {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const paths = copy.querySelectorAll('path');
  svg.querySelectorAll('path').forEach((path, i) => {
    const { fill, stroke, strokeWidth } = getComputedStyle(path);
    paths[i]?.setAttribute('fill', fill);
    paths[i]?.setAttribute('stroke', stroke);
    paths[i]?.setAttribute('stroke-width', strokeWidth);
    paths[i]?.removeAttribute('style');
  });
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(svg.clientWidth * 2));
  copy.setAttribute('height', String(svg.clientHeight * 2));
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  return image;
}

export const hasPicture = (panel: Element | null): boolean =>
  panel?.querySelector('.u-wrap canvas, .map svg') != null;

export async function pictureOfPanel(panel: Element, title: string): Promise<Blob | null> {
  const chart = panel.querySelector<HTMLCanvasElement>('.u-wrap canvas');
  const map = panel.querySelector<SVGSVGElement>('.map svg');
  const source = chart ?? (map === null ? null : await imageOf(map));
  if (source === null) return null;
  const scale = chart === null ? 2 : devicePixelRatio;
  const canvas = document.createElement('canvas');
  canvas.width = source.width + 2 * kPad * scale;
  canvas.height = source.height + (2 * kPad + kTitlePx) * scale;
  const context = canvas.getContext('2d');
  if (context === null) return null;
  context.fillStyle = colourOf('--surface');
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = colourOf('--text');
  context.font = `600 ${14 * scale}px system-ui, sans-serif`;
  context.fillText(title, kPad * scale, (kPad + 14) * scale);
  context.drawImage(source, kPad * scale, (kPad + kTitlePx) * scale);
  return new Promise((done) => canvas.toBlob(done, 'image/png'));
}

