import { crc32, deflateSync } from 'node:zlib';
import type { Browser } from 'playwright-core';

/** What a palette of a PNG may hold. */
const COLOURS = 256;

/** Rows of pixels from top to bottom, each pixel red × 65536 + green × 256 + blue. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly colours: Uint32Array;
}

/** Decodes a picture in a browser, which knows how. */
export async function decode(browser: Browser, png: Buffer): Promise<Pixels> {
  const page = await browser.newPage();
  try {
    const { width, height, base64 } = await page.evaluate(
      async (address) => {
        const image = new Image();
        image.src = address;
        await image.decode();
        const canvas = new OffscreenCanvas(image.width, image.height);
        const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
        context.drawImage(image, 0, 0);
        const { data } = context.getImageData(0, 0, image.width, image.height);
        const reader = new FileReader();
        reader.readAsDataURL(new Blob([data]));
        await new Promise((loaded) => reader.addEventListener('load', loaded));
        return { width: image.width, height: image.height, base64: String(reader.result).split(',')[1] ?? '' };
      },
      `data:image/png;base64,${png.toString('base64')}`,
    );
    const rgba = Buffer.from(base64, 'base64');
    return {
      width,
      height,
      colours: Uint32Array.from({ length: width * height }, (_, i) => rgba.readUIntBE(4 * i, 3)),
    };
  } finally {
    await page.close();
  }
}

/**
 * Encodes a picture with a palette of 256 colours, a third of the size of one without: a window of text has some
 * thousand colours, but nearly all of its pixels are of a few.
 */
export function encodeWithPalette({ width, height, colours }: Pixels): Buffer {
  const palette = choosePalette(colours);
  const indices = new Map<number, number>();
  const raw = Buffer.alloc((width + 1) * height); // one byte before each row says that it is not filtered
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const colour = colours[row * width + column]!;
      const index = indices.get(colour) ?? nearest(palette, colour);
      indices.set(colour, index);
      raw[row * (width + 1) + 1 + column] = index;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8); // 8 bits a pixel, which point into a palette
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flatMap(channels))),
    chunk('IDAT', deflateSync(raw, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/**
 * Adds again and again the colour that is worst off: its squared distance to the palette times its number of pixels.
 */
function choosePalette(colours: Uint32Array): number[] {
  const counts = new Map<number, number>();
  for (const colour of colours) {
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const candidates = [...counts].map(([colour, count]) => ({ colour, count, distance: Number.POSITIVE_INFINITY }));
  const palette: number[] = [];
  while (palette.length < COLOURS) {
    const worst = candidates.reduce((a, b) => (b.count * b.distance > a.count * a.distance ? b : a));
    if (worst.distance === 0) {
      break;
    }
    palette.push(worst.colour);
    for (const candidate of candidates) {
      candidate.distance = Math.min(candidate.distance, squaredDistance(candidate.colour, worst.colour));
    }
  }
  return palette;
}

function nearest(palette: readonly number[], colour: number): number {
  const distances = palette.map((other) => squaredDistance(colour, other));
  return distances.indexOf(Math.min(...distances));
}

function squaredDistance(a: number, b: number): number {
  const [red, green, blue] = channels(a);
  const [otherRed, otherGreen, otherBlue] = channels(b);
  return (red - otherRed) ** 2 + (green - otherGreen) ** 2 + (blue - otherBlue) ** 2;
}

function channels(colour: number): [number, number, number] {
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
}

function chunk(name: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(content.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}
