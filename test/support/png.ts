/** Pictures for tests, as `data:` addresses. */

/** A PNG of one colour with `size` × `size` pixels: the larger it is, the better it is compressed. */
export async function emptyPng(size: number): Promise<string> {
  const row = Math.ceil(size / 8) + 1; // one bit a pixel, and the filter of the row
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, size);
  new DataView(header.buffer).setUint32(4, size);
  header.set([1, 0, 0, 0, 0], 8);
  const rows = new Blob([new Uint8Array(row * size)]).stream().pipeThrough(new CompressionStream('deflate'));
  const packed = new Uint8Array(await new Response(rows).arrayBuffer());
  const parts = [chunk('IHDR', header), chunk('IDAT', packed), chunk('IEND', new Uint8Array())];
  const bytes = [137, 80, 78, 71, 13, 10, 26, 10, ...parts.flatMap((part) => [...part])];
  return `data:image/png;base64,${btoa(String.fromCharCode(...bytes))}`;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc(bytes.subarray(4, data.length + 8)));
  return bytes;
}

/** CRC-32, as PNG wants it. */
function crc(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}
