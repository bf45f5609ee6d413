/** The primitives of docs/PROTOCOL.md, written from that document alone, for wire-bytes.ts. */

export class Writer {
  readonly #bytes: number[] = [];

  u8(value: number): this {
    this.#bytes.push(value);
    return this;
  }

  u16(value: number): this {
    return this.u8(value % 256).u8(Math.floor(value / 256));
  }

  uint(value: number): this {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.u8((rest % 128) + 128);
    return this.u8(rest);
  }

  int(value: number): this {
    const size = Math.abs(value);
    const more = size > 63;
    this.u8((more ? 128 : 0) + (value < 0 ? 64 : 0) + (size % 64));
    return more ? this.uint(Math.floor(size / 64)) : this;
  }

  text(value: string): this {
    const utf8 = new TextEncoder().encode(value);
    this.uint(utf8.length);
    this.#bytes.push(...utf8);
    return this;
  }

  block(bytes: Uint8Array): this {
    this.uint(bytes.length);
    this.#bytes.push(...bytes);
    return this;
  }

  json(value: unknown): this {
    return this.text(JSON.stringify(value));
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

export class Reader {
  #at = 0;

  constructor(readonly bytes: Uint8Array) {}

  get ended(): boolean {
    return this.#at === this.bytes.length;
  }

  u8(): number {
    const byte = this.bytes[this.#at++];
    if (byte === undefined) throw new Error('The message is cut short.');
    return byte;
  }

  u16(): number {
    return this.u8() + 256 * this.u8();
  }

  uint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8();
      value += (byte & 127) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw new Error('An integer is too large.');
      if (byte < 128) return value;
    }
  }

  int(): number {
    const first = this.u8();
    const size = (first & 63) + (first & 128 ? this.uint() * 64 : 0);
    return first & 64 ? -size : size;
  }

  block(): Uint8Array {
    const length = this.uint();
    if (this.#at + length > this.bytes.length) throw new Error('A block or a text is cut short.');
    const block = this.bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return block;
  }

  text(): string {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.block());
  }

  json(): unknown {
    return JSON.parse(this.text()) as unknown;
  }

  end(): void {
    if (!this.ended) throw new Error('There are bytes after the end.');
  }
}
